//! Reads a column group: whole row groups, or some rows by the page index.
//!
//! The decoder is the same for a local disk and a bucket: on a disk the file is a memory map and nothing is
//! fetched, from a bucket the byte ranges that the read needs are fetched first. Media come out as views
//! of the map or of the fetched bytes.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use hub_schema::{ContentHash, DataFile, Field, FieldId};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection, RowSelectionPolicy, RowSelector,
};
use parquet::basic::Type;
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};

use super::{SparseBytes, columns, footer};
use crate::error::{Error, Result};
use crate::layout;
use crate::store::{MappedFile, Store, joined_over};

/// An open column group. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GroupFile {
    store: Store,
    path: Arc<str>,
    hash: ContentHash,
    size_bytes: u64,
    metadata: ArrowReaderMetadata,
    places: Arc<HashMap<FieldId, usize>>,
    /// First row of each row group, and the number of rows at the end.
    starts: Arc<[u64]>,
    map: Option<Map>,
}

/// A mapped file, and its bytes.
#[derive(Clone, Debug)]
struct Map {
    file: Arc<MappedFile>,
    bytes: Bytes,
}

impl GroupFile {
    /// Opens the file: maps it on a local disk, fetches its footer from a bucket.
    ///
    /// # Errors
    /// The file is missing, shorter than the manifest states, or its footer is damaged.
    pub async fn open(store: &Store, file: &DataFile) -> Result<Self> {
        let path = layout::data(file.hash);
        let full = format!("{}/{path}", store.uri());
        let map = match store.local_file(&path) {
            Some(local) => Some(map_file(&local, file.bytes, &full)?),
            None => None,
        };
        let bytes = read_footer(store, &path, &full, file, map.as_ref().map(|map| &map.bytes)).await?;
        let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
        reader.try_parse_sized(&bytes, file.bytes).map_err(Error::parquet(&full))?;
        let parquet = Arc::new(reader.finish().map_err(Error::parquet(&full))?);
        check_bounds(&parquet, file.bytes, &full)?;
        let (metadata, places) = prepare(parquet, &full)?;
        let starts = row_group_starts(metadata.metadata());
        let places = Arc::new(places);
        Ok(Self {
            store: store.clone(),
            path: full.into(),
            hash: file.hash,
            size_bytes: file.bytes,
            metadata,
            places,
            starts,
            map,
        })
    }

    /// The file's path, for messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The BLAKE3 of its bytes, which is its name.
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// The file's length in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The parsed Parquet footer.
    pub fn metadata(&self) -> &Arc<ParquetMetaData> {
        self.metadata.metadata()
    }

    /// The memory map, on a local disk.
    pub fn map(&self) -> Option<&Bytes> {
        self.map.as_ref().map(|map| &map.bytes)
    }

    /// Releases the pages of a row group of a mapped file from this process's memory. Batches that were read from it
    /// stay valid.
    pub fn release_pages(&self, row_group: usize) {
        if let Some(map) = &self.map {
            map.file.release_pages(self.row_group_range(row_group));
        }
    }

    /// The file's columns, with media as views.
    pub fn file_schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// The CRC-32 of each row group.
    pub fn checksums(&self) -> Option<Vec<u32>> {
        footer::read_checksums(self.metadata())
    }

    /// Rows of each row group.
    pub fn row_groups(&self) -> impl Iterator<Item = u32> + '_ {
        self.starts.windows(2).map(|w| (w[1] - w[0]) as u32)
    }

    /// The place of a column among the file's roots.
    pub fn place(&self, field: FieldId) -> Option<usize> {
        self.places.get(&field).copied()
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

    /// The decompressed length of some columns of a row group, as the footer states it.
    pub fn unpacked_bytes(&self, row_group: usize, fields: &[&Field]) -> u64 {
        let mask = columns::projection(self.metadata(), &self.roots(fields));
        let chunks = self.metadata().row_group(row_group).columns().iter().enumerate();
        let chunks = chunks.filter(|(leaf, _)| mask.leaf_included(*leaf));
        chunks.map(|(_, chunk)| unpacked_size(chunk)).fold(0, u64::saturating_add)
    }

    fn roots(&self, fields: &[&Field]) -> Vec<usize> {
        fields.iter().filter_map(|f| self.place(f.id)).collect()
    }

    /// Reads some columns of a whole row group. The batch has the columns of `fields`, in order; those that
    /// the file lacks are null.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the row group's bytes are not those that were written: they are checked before
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

    /// The bytes of a row group: all of its columns, which lie side by side.
    pub fn row_group_range(&self, row_group: usize) -> Range<u64> {
        let chunks = self.metadata().row_group(row_group).columns();
        let starts = chunks.iter().map(|c| c.byte_range().0);
        let ends = chunks.iter().map(|c| c.byte_range()).map(|(start, length)| start.saturating_add(length));
        starts.min().unwrap_or(0)..ends.max().unwrap_or(0)
    }

    /// Compares the bytes of a row group with its checksum.
    ///
    /// # Errors
    /// [`Error::Damaged`], with the rows.
    pub fn check_row_group(&self, row_group: usize, bytes: Option<&[u8]>) -> Result<()> {
        let Some(crc) = self.checksums().and_then(|c| c.get(row_group).copied()) else { return Ok(()) };
        let found = bytes.map(crc32fast::hash);
        if found == Some(crc) {
            return Ok(());
        }
        let (first, last) = (self.starts[row_group], self.starts[row_group + 1].saturating_sub(1));
        let problem = match found {
            Some(found) => format!("their checksum is {found:08x}, expected {crc:08x}"),
            None => "the file ends before them".to_owned(),
        };
        let problem = format!("rows {first} to {last} (row group {row_group}): {problem}");
        Err(Error::damaged(self.path.as_ref(), problem))
    }

    /// Checks the row groups that hold some rows (rising), on a local disk.
    pub fn check_rows(&self, offsets: &[u32]) -> Result<()> {
        let Some(map) = self.map() else { return Ok(()) };
        let mut checked = None;
        for offset in offsets {
            let row_group = self.row_group_of(*offset)?;
            if checked.replace(row_group) != Some(row_group) {
                let range = self.row_group_range(row_group);
                self.check_row_group(row_group, map.get(range.start as usize..range.end as usize))?;
            }
        }
        Ok(())
    }

    /// The path below the data set's root.
    fn relative(&self) -> &str {
        self.path.get(self.store.uri().len() + 1..).unwrap_or_default()
    }

    /// Decodes some columns of a row group from bytes that were fetched: at least
    /// [`byte_ranges`](Self::byte_ranges).
    pub fn decode_row_group(
        &self,
        row_group: usize,
        fields: &[&Field],
        bytes: SparseBytes,
    ) -> Result<RecordBatch> {
        let builder = self.builder(bytes, fields).with_row_groups(vec![row_group]);
        let rows = (self.starts[row_group + 1] - self.starts[row_group]) as usize;
        let reader = builder.with_batch_size(rows.max(1)).build().map_err(Error::parquet(&self.path))?;
        self.collect(reader, fields, rows)
    }

    /// Reads some columns of the rows at `offsets` (rising, without repeats), by the page index.
    pub async fn read_rows(&self, offsets: &[u32], fields: &[&Field]) -> Result<RecordBatch> {
        let bytes = match self.map() {
            Some(map) => SparseBytes::whole(map.clone()),
            None => self.fetch(self.row_ranges(offsets, fields)?).await?,
        };
        self.decode_rows(offsets, fields, bytes)
    }

    /// Decodes some columns of the rows at `offsets` (rising, without repeats) from bytes that were fetched: at least
    /// [`row_ranges`](Self::row_ranges).
    pub fn decode_rows(&self, offsets: &[u32], fields: &[&Field], bytes: SparseBytes) -> Result<RecordBatch> {
        let groups = self.by_row_group(offsets)?;
        let mut batches = Vec::with_capacity(groups.len());
        for (group, rows) in groups {
            let selection = select(&rows, self.starts[group] as u32);
            let builder = self.builder(bytes.clone(), fields).with_row_groups(vec![group]);
            // The other policy decodes the pages in between too, which were not fetched.
            let builder = builder.with_row_selection_policy(RowSelectionPolicy::Selectors);
            let reader = builder.with_row_selection(selection).with_batch_size(rows.len()).build();
            batches.push(self.collect(reader.map_err(Error::parquet(&self.path))?, fields, rows.len())?);
        }
        match batches.len() {
            1 => Ok(batches.swap_remove(0)),
            _ => {
                let schema = hub_schema::arrow_types::arrow_schema(
                    fields.iter().copied(),
                    hub_schema::arrow_types::Form::Read,
                );
                concat_batches(&Arc::new(schema), &batches)
                    .map_err(Error::arrow("rows can't be put together"))
            }
        }
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

    fn by_row_group(&self, offsets: &[u32]) -> Result<Vec<(usize, Vec<u32>)>> {
        let mut groups: Vec<(usize, Vec<u32>)> = Vec::new();
        for &offset in offsets {
            let group = self.row_group_of(offset)?;
            match groups.last_mut() {
                Some((last, rows)) if *last == group => rows.push(offset),
                _ => groups.push((group, vec![offset])),
            }
        }
        Ok(groups)
    }

    /// The row group that holds a row.
    pub fn row_group_of(&self, offset: u32) -> Result<usize> {
        let at = self.starts.partition_point(|start| *start <= u64::from(offset));
        let rows = self.starts.last().copied().unwrap_or(0);
        if u64::from(offset) < rows {
            Ok(at - 1)
        } else {
            Err(Error::damaged(
                self.path.as_ref(),
                format!("row {offset} requested, the file holds {rows} rows"),
            ))
        }
    }

    /// First row of a row group.
    pub fn row_group_start(&self, row_group: usize) -> u32 {
        self.starts[row_group] as u32
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

    fn builder(&self, bytes: SparseBytes, fields: &[&Field]) -> ParquetRecordBatchReaderBuilder<SparseBytes> {
        let mask = columns::projection(self.metadata(), &self.roots(fields));
        ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, self.metadata.clone()).with_projection(mask)
    }

    fn collect(
        &self,
        reader: ParquetRecordBatchReader,
        fields: &[&Field],
        rows: usize,
    ) -> Result<RecordBatch> {
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        let batches = reader.collect::<Result<Vec<_>, _>>();
        let batches = batches.map_err(|e| Error::damaged(self.path.as_ref(), e.to_string()))?;
        let read = match batches.len() {
            1 => batches.into_iter().next(),
            0 => None,
            _ => {
                Some(concat_batches(&schema, &batches).map_err(Error::arrow("pages can't be put together"))?)
            }
        };
        let empty = || {
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            RecordBatch::try_new_with_options(schema.clone(), vec![], &options)
                .map_err(Error::arrow("a batch without columns can't be built"))
        };
        let read = match read {
            Some(read) => read,
            None => empty()?,
        };
        if read.num_rows() != rows {
            let problem = format!("expected {rows} rows, found {}", read.num_rows());
            return Err(Error::damaged(self.path.as_ref(), problem));
        }
        columns::arrange(&self.path, fields, &self.places, &read, self.metadata.schema())
    }
}

/// Checks that all column chunks lie within the file. `byte_range` panics on a negative offset or length.
fn check_bounds(metadata: &ParquetMetaData, size_bytes: u64, path: &str) -> Result<()> {
    for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
        let (start, length) = (u64::try_from(start), u64::try_from(chunk.compressed_size()));
        match (start, length) {
            (Ok(start), Ok(length)) if start.saturating_add(length) <= size_bytes => {}
            (Ok(start), Ok(length)) => return Err(outside(path, start.saturating_add(length), size_bytes)),
            _ => return Err(Error::damaged(path, "its footer points before the beginning of the file")),
        }
    }
    Ok(())
}

fn outside(path: &str, end: u64, size_bytes: u64) -> Error {
    Error::damaged(path, format!("its footer points to byte {end}, the file has {size_bytes} bytes"))
}

/// The decompressed length of a column of a row group, as the footer states it. A dictionary stores equal values
/// once, but each takes memory when it is decoded, so values are counted at their decoded size.
pub fn unpacked_size(chunk: &ColumnChunkMetaData) -> u64 {
    let size = |bytes: i64| u64::try_from(bytes).unwrap_or(u64::MAX);
    let column = chunk.column_descr();
    let width = match column.physical_type() {
        Type::FIXED_LEN_BYTE_ARRAY => u64::try_from(column.type_length()).unwrap_or(u64::MAX),
        _ => 8,
    };
    let values = size(chunk.num_values()).saturating_mul(width);
    let texts = chunk.unencoded_byte_array_data_bytes().map_or(0, size);
    size(chunk.uncompressed_size()).max(values).max(texts)
}

/// The row selection of some rows of a row group that begins at `start`.
fn select(rows: &[u32], start: u32) -> RowSelection {
    let mut selectors: Vec<RowSelector> = Vec::new();
    let mut at = start;
    for &row in rows {
        if row > at {
            selectors.push(RowSelector::skip((row - at) as usize));
        }
        match selectors.last_mut() {
            Some(last) if !last.skip => last.row_count += 1,
            _ => selectors.push(RowSelector::select(1)),
        }
        at = row + 1;
    }
    selectors.into()
}

/// Sorts ranges and joins those that touch.
fn join(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|r| r.start);
    joined_over(&ranges, 0)
}

fn row_group_starts(metadata: &ParquetMetaData) -> Arc<[u64]> {
    let mut at = 0;
    let ends = metadata.row_groups().iter().map(|g| {
        at += g.num_rows().max(0) as u64;
        at
    });
    std::iter::once(0).chain(ends).collect()
}

fn prepare(
    parquet: Arc<ParquetMetaData>,
    path: &str,
) -> Result<(ArrowReaderMetadata, HashMap<FieldId, usize>)> {
    let places = columns::places(parquet.file_metadata().schema_descr());
    let declared = ArrowReaderMetadata::try_new(Arc::clone(&parquet), ArrowReaderOptions::new());
    let declared = declared.map_err(Error::parquet(path))?;
    let options = ArrowReaderOptions::new().with_schema(columns::read_schema(declared.schema()));
    let metadata = ArrowReaderMetadata::try_new(parquet, options).map_err(Error::parquet(path))?;
    Ok((metadata, places))
}

fn map_file(local: &std::path::Path, size_bytes: u64, full: &str) -> Result<Map> {
    let io = |action| move |source| Error::Io { path: full.to_owned(), action, source };
    let file = File::open(local).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::damaged(full, "the file is missing"),
        _ => io("open it")(e),
    })?;
    let found = file.metadata().map_err(io("read its length"))?.len();
    if found != size_bytes {
        return Err(Error::damaged(full, format!("{found} bytes long, the manifest states {size_bytes}")));
    }
    let file = Arc::new(MappedFile::of(file).map_err(io("map it into memory"))?);
    Ok(Map { bytes: Bytes::from_owner(Owner(file.clone())), file })
}

/// Keeps the map alive for the bytes that point into it.
struct Owner(Arc<MappedFile>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

/// Reads the page indexes and the footer, and checks their checksum; in one request from a bucket.
async fn read_footer(
    store: &Store,
    path: &str,
    full: &str,
    file: &DataFile,
    map: Option<&Bytes>,
) -> Result<SparseBytes> {
    let too_long = || Error::damaged(full, "the manifest states a footer that is longer than the file");
    let from = file.bytes.checked_sub(file.footer_bytes.into()).ok_or_else(too_long)?;
    let footer = match map {
        Some(map) => map.slice(from as usize..),
        None => store.range(path, from..file.bytes).await?,
    };
    if footer.len() as u64 != u64::from(file.footer_bytes) || crc32fast::hash(&footer) != file.footer_crc {
        return Err(Error::damaged(full, "its footer doesn't match its checksum"));
    }
    Ok(match map {
        Some(map) => SparseBytes::whole(map.clone()),
        None => SparseBytes::new(file.bytes, vec![(from, footer)]),
    })
}
