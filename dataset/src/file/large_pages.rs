//! Samples that have a page of their own, and where it lies.

use std::ops::Range;

use hub_schema::FieldId;

use super::GroupFile;

/// The page of one sample of a media column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargePage {
    /// The row, counted from the file's first.
    pub row: u32,
    /// The page with its header, in bytes from the file's beginning. The sample's bytes are its end.
    pub range: Range<u64>,
}

impl GroupFile {
    /// The pages of at least `least_bytes` that hold one sample of a media column each, in a row group, by rising rows.
    /// None if the file has no page index.
    pub fn large_pages(&self, row_group: usize, field: FieldId, least_bytes: u64) -> Vec<LargePage> {
        let metadata = self.metadata();
        let (Some(root), Some(start)) = (self.place(field), self.starts.get(row_group)) else {
            return Vec::new();
        };
        let leaves = metadata.file_metadata().schema_descr();
        let is_bytes = |leaf: &usize| {
            let path = leaves.column(*leaf).path().parts().to_vec();
            leaves.get_column_root_idx(*leaf) == root && path.len() == 2 && path[1] == "bytes"
        };
        let Some(leaf) = (0..leaves.num_columns()).find(is_bytes) else { return Vec::new() };
        let index = metadata.offset_index().and_then(|index| index.get(row_group)?.get(leaf));
        let Some(index) = index else { return Vec::new() };
        let rows = metadata.row_group(row_group).num_rows();
        let pages = index.page_locations();
        let ends = pages.iter().skip(1).map(|page| page.first_row_index).chain([rows]);
        let mut found = Vec::new();
        for (page, end) in pages.iter().zip(ends) {
            let (offset, size) = (u64::try_from(page.offset), u64::try_from(page.compressed_page_size));
            let (Ok(offset), Ok(size), Ok(row)) = (offset, size, u64::try_from(page.first_row_index)) else {
                continue;
            };
            let range = offset..offset.saturating_add(size);
            let row = u32::try_from(start.saturating_add(row));
            if let (true, true, Ok(row)) = (
                page.first_row_index.checked_add(1) == Some(end) && size >= least_bytes,
                range.end <= self.size_bytes,
                row,
            ) {
                found.push(LargePage { row, range });
            }
        }
        found
    }
}
