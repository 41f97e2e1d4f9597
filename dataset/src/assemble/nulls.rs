//! Column chunks of nulls, for columns that are younger than a fragment.
//!
//! Written level by level, not from arrays: a null array of big tensors would take the tensors' memory.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::chunk::{Chunk, Origin, byte_range};
use super::target::Target;
use crate::error::{Error, Result};

/// Null rows that are encoded per batch.
const BATCH_ROWS: usize = 8192;

/// The null chunks of one assembled file. Those of a column and a number of rows are encoded once.
#[derive(Debug, Default)]
pub struct Nulls {
    written: HashMap<(usize, u64), (Bytes, Vec<ColumnChunkMetaData>)>,
}

impl Nulls {
    /// The chunks of a column that is null in all of `rows` rows.
    pub fn chunks(&mut self, target: &Target, column: usize, rows: u64) -> Result<Vec<Chunk>> {
        let (bytes, metadata) = match self.written.entry((column, rows)) {
            std::collections::hash_map::Entry::Occupied(there) => there.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(write(target, column, rows).map_err(Error::parquet("a new file"))?)
            }
        };
        let length = bytes.len() as u64;
        let chunks = target.leaves(column).zip(metadata.iter());
        let chunks = chunks.filter_map(|(leaf, metadata)| {
            let range = byte_range(metadata, length)?;
            let part = bytes.slice(range.start as usize..range.end as usize);
            Some(Chunk { leaf, origin: Origin::Literal(part), range, metadata: metadata.clone() })
        });
        Ok(chunks.collect())
    }
}

fn write(
    target: &Target,
    column: usize,
    rows: u64,
) -> Result<(Bytes, Vec<ColumnChunkMetaData>), ParquetError> {
    let root = Arc::clone(&target.schema.root_schema().get_fields()[column]);
    let schema = Type::group_type_builder("schema").with_fields(vec![root]).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(false)
        .set_data_page_row_count_limit(usize::MAX)
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut row_group = file.next_row_group()?;
    while let Some(mut leaf) = row_group.next_column()? {
        let mut left = rows;
        while left > 0 {
            let batch = left.min(BATCH_ROWS as u64) as usize;
            write_levels(leaf.untyped(), &[0; BATCH_ROWS][..batch])?;
            left -= batch as u64;
        }
        leaf.close()?;
    }
    let metadata = row_group.close()?;
    let chunks = metadata.columns().to_vec();
    Ok((file.into_inner()?.into(), chunks))
}

/// Writes rows that are null at the root: level 0 each.
fn write_levels(leaf: &mut ColumnWriter<'_>, zeros: &[i16]) -> Result<(), ParquetError> {
    let levels = Some(zeros);
    match leaf {
        ColumnWriter::BoolColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::Int32ColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::Int64ColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::Int96ColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::FloatColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::DoubleColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::ByteArrayColumnWriter(w) => w.write_batch(&[], levels, levels),
        ColumnWriter::FixedLenByteArrayColumnWriter(w) => w.write_batch(&[], levels, levels),
    }
    .map(drop)
}
