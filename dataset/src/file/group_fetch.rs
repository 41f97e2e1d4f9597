//! The bytes of a column group that a read needs: from the memory map, or fetched from a bucket.

use std::ops::Range;

use arrow::array::RecordBatch;
use hub_schema::Field;

use super::group_file::select;
use super::group_open::outside;
use super::{GroupFile, SparseBytes, columns};
use crate::error::Result;
use crate::store::joined_over;

impl GroupFile {
    /// Reads some columns of a whole row group. The batch has the columns of `fields`, in order; those that
    /// the file lacks are null.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`] where the row group's bytes are not those that were written: they are checked before
    /// they are decoded, so that no damage is copied on.
    pub async fn read_row_group(&self, row_group: usize, fields: &[&Field]) -> Result<RecordBatch> {
        let range = self.row_group_range(row_group);
        let bytes = match self.map() {
            Some(map) => {
                self.check_row_group(row_group, map.get(range.start as usize..range.end as usize))?;
                SparseBytes::whole(map.clone())
            }
            None => {
                let part = self.store.range(self.relative(), range.clone()).await?;
                self.check_row_group(row_group, Some(&part))?;
                SparseBytes::new(self.size_bytes, vec![(range.start, part)])
            }
        };
        self.decode_row_group(row_group, fields, bytes)
    }

    /// Reads some columns of the rows at `offsets` (rising, without repeats), by the page index.
    pub async fn read_rows(&self, offsets: &[u32], fields: &[&Field]) -> Result<RecordBatch> {
        let bytes = match self.map() {
            Some(map) => SparseBytes::whole(map.clone()),
            None => self.fetch(self.row_ranges(offsets, fields)?).await?,
        };
        self.decode_rows(offsets, fields, bytes)
    }

    /// The byte range that holds some columns of a row group, as few ranges as touch each other.
    pub fn byte_ranges(&self, row_group: usize, fields: &[&Field]) -> Vec<Range<u64>> {
        let roots = self.roots(fields);
        let mask = columns::projection(self.metadata(), &roots);
        let row_group = self.metadata().row_group(row_group);
        let chunks = row_group.columns().iter().enumerate().filter(|(leaf, _)| mask.leaf_included(*leaf));
        let ranges = chunks.map(|(_, chunk)| {
            let (start, length) = chunk.byte_range();
            start..start + length
        });
        join(ranges.collect())
    }

    /// The byte ranges that [`read_rows`](Self::read_rows) needs: the pages of these rows, as few ranges as
    /// touch each other.
    ///
    /// # Errors
    /// A row beyond the file's rows; a page index that points outside of the file.
    pub fn row_ranges(&self, offsets: &[u32], fields: &[&Field]) -> Result<Vec<Range<u64>>> {
        let groups = self.by_row_group(offsets)?;
        let pages = groups.iter().flat_map(|(group, rows)| self.page_ranges(*group, rows, fields));
        let ranges = join(pages.collect());
        match ranges.iter().find(|range| range.end > self.size_bytes) {
            Some(bad) => Err(outside(&self.path, bad.end, self.size_bytes)),
            None => Ok(ranges),
        }
    }

    /// The bytes of a row group: all of its columns, which lie side by side.
    pub fn row_group_range(&self, row_group: usize) -> Range<u64> {
        let chunks = self.metadata().row_group(row_group).columns();
        let starts = chunks.iter().map(|c| c.byte_range().0);
        let ends = chunks.iter().map(|c| c.byte_range()).map(|(start, length)| start.saturating_add(length));
        starts.min().unwrap_or(0)..ends.max().unwrap_or(0)
    }

    /// The byte ranges of the pages that hold some rows of a row group, with dictionaries.
    fn page_ranges(&self, group: usize, rows: &[u32], fields: &[&Field]) -> Vec<Range<u64>> {
        let mask = columns::projection(self.metadata(), &self.roots(fields));
        let selection = select(rows, self.starts[group] as u32);
        let row_group = self.metadata().row_group(group);
        let mut ranges = Vec::new();
        for (leaf, chunk) in row_group.columns().iter().enumerate().filter(|(l, _)| mask.leaf_included(*l)) {
            let (start, length) = chunk.byte_range();
            let index = self.metadata().offset_index().and_then(|i| i.get(group)?.get(leaf));
            let Some(pages) = index.map(|i| i.page_locations()).filter(|p| !p.is_empty()) else {
                ranges.push(start..start + length);
                continue;
            };
            let first_page = pages[0].offset as u64;
            if first_page > start {
                ranges.push(start..first_page);
            }
            ranges.extend(selection.scan_ranges(pages));
        }
        ranges
    }

    async fn fetch(&self, ranges: Vec<Range<u64>>) -> Result<SparseBytes> {
        let parts = self.store.ranges(self.relative(), &ranges).await?;
        let parts = ranges.into_iter().map(|r| r.start).zip(parts).collect();
        Ok(SparseBytes::new(self.size_bytes, parts))
    }

    /// The path below the data set's root.
    fn relative(&self) -> &str {
        self.path.get(self.store.uri().len() + 1..).unwrap_or_default()
    }
}

/// Sorts ranges and joins those that touch.
fn join(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|r| r.start);
    joined_over(&ranges, 0)
}
