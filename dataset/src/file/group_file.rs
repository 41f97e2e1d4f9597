//! Reads a column group: whole row groups, or some rows by the page index.
//!
//! The decoder is the same for a local disk and a bucket: on a disk the file is a memory map and nothing is
//! fetched, from a bucket the byte ranges that the read needs are fetched first (`group_fetch.rs`). Media come out
//! as views of the map or of the fetched bytes. Bytes are checked before they are decoded (`group_check.rs`).

use std::collections::HashMap;
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

use super::group_open::{Map, check_bounds, map_file, read_footer};
use super::{SparseBytes, columns, footer};
use crate::error::{Error, Result};
use crate::layout;
use crate::store::Store;

/// An open column group. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GroupFile {
    pub(super) store: Store,
    pub(super) path: Arc<str>,
    hash: ContentHash,
    pub(super) size_bytes: u64,
    pub(super) metadata: ArrowReaderMetadata,
    places: Arc<HashMap<FieldId, usize>>,
    /// First row of each row group, and the number of rows at the end.
    pub(super) starts: Arc<[u64]>,
    pub(super) map: Option<Map>,
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

    /// The file of the media that this file's columns were computed from, if they are derived.
    pub fn source(&self) -> Option<ContentHash> {
        footer::read_derived_from(self.metadata())
    }

    /// Rows of each row group.
    pub fn row_groups(&self) -> impl Iterator<Item = u32> + '_ {
        self.starts.windows(2).map(|w| (w[1] - w[0]) as u32)
    }

    /// The place of a column among the file's roots.
    pub fn place(&self, field: FieldId) -> Option<usize> {
        self.places.get(&field).copied()
    }

    /// The decompressed length of some columns of a row group, as the footer states it.
    pub fn unpacked_bytes(&self, row_group: usize, fields: &[&Field]) -> u64 {
        let mask = columns::projection(self.metadata(), &self.roots(fields));
        let chunks = self.metadata().row_group(row_group).columns().iter().enumerate();
        let chunks = chunks.filter(|(leaf, _)| mask.leaf_included(*leaf));
        chunks.map(|(_, chunk)| unpacked_size(chunk)).fold(0, u64::saturating_add)
    }

    pub(super) fn roots(&self, fields: &[&Field]) -> Vec<usize> {
        fields.iter().filter_map(|f| self.place(f.id)).collect()
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

    pub(super) fn by_row_group(&self, offsets: &[u32]) -> Result<Vec<(usize, Vec<u32>)>> {
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
pub(super) fn select(rows: &[u32], start: u32) -> RowSelection {
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
