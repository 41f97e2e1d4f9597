//! Column chunks, and where their bytes lie.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use hub_schema::ContentHash;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::schema::types::ColumnDescPtr;

/// Where a run of bytes is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The bytes themselves, in memory.
    Literal(Bytes),
    /// In a file of the data set, by its path below the root.
    Stored(Arc<str>),
    /// In a rewritten row group.
    Rewritten(Arc<RewrittenPart>),
}

/// A rewritten row group, or the part of it that was rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewrittenPart {
    /// Its name in the cache: the hash of everything it depends on.
    pub key: ContentHash,
    /// The hash of its bytes.
    pub hash: ContentHash,
    /// The index of its fragment in the shard.
    pub fragment: usize,
    /// The row group's index in its fragment.
    pub row_group: usize,
    /// Which part of the row group was rewritten.
    pub what: What,
}

/// Which part of a row group is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// All columns, without the deleted rows.
    Rows,
    /// The paths of media columns that name objects.
    Paths,
}

/// A column chunk: one leaf column of one row group.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The index of its leaf column in the assembled file.
    pub leaf: usize,
    /// Where its bytes are stored.
    pub origin: Origin,
    /// Its byte range within the origin.
    pub range: Range<u64>,
    /// Its metadata in the footer of the origin.
    pub metadata: ColumnChunkMetaData,
}

/// A row group of the assembled file: a chunk for each leaf, in any order.
#[derive(Clone, Debug)]
pub struct RowGroup {
    /// The number of rows that are not deleted.
    pub rows: u64,
    /// One chunk for each leaf column.
    pub chunks: Vec<Chunk>,
}

/// The bytes of a chunk in its file; `None` if they don't end before `end`.
pub fn byte_range(chunk: &ColumnChunkMetaData, end: u64) -> Option<Range<u64>> {
    let first = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    let start = u64::try_from(first).ok()?;
    let length = u64::try_from(chunk.compressed_size()).ok()?;
    let stop = start.checked_add(length)?;
    (stop <= end).then_some(start..stop)
}

/// The metadata of a chunk that now begins at byte `start`, as the leaf `leaf`.
pub fn moved(chunk: &Chunk, leaf: ColumnDescPtr, start: u64) -> Result<ColumnChunkMetaData, ParquetError> {
    let far = || ParquetError::General("a page lies outside of its column chunk".to_owned());
    let old = &chunk.metadata;
    let moved = |offset: i64| {
        let into = u64::try_from(offset).ok().and_then(|o| o.checked_sub(chunk.range.start));
        into.and_then(|into| i64::try_from(into.checked_add(start)?).ok()).ok_or_else(far)
    };
    let mut new = ColumnChunkMetaData::builder(leaf)
        .set_encodings_mask(*old.encodings_mask())
        .set_num_values(old.num_values())
        .set_compression_codec(old.compression_codec())
        .set_total_compressed_size(old.compressed_size())
        .set_total_uncompressed_size(old.uncompressed_size())
        .set_data_page_offset(moved(old.data_page_offset())?)
        .set_dictionary_page_offset(old.dictionary_page_offset().map(moved).transpose()?)
        .set_unencoded_byte_array_data_bytes(old.unencoded_byte_array_data_bytes())
        .set_repetition_level_histogram(old.repetition_level_histogram().cloned())
        .set_definition_level_histogram(old.definition_level_histogram().cloned());
    if let Some(statistics) = old.statistics() {
        new = new.set_statistics(statistics.clone());
    }
    new.build()
}
