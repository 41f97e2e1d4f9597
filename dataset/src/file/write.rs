//! Writes a column group, row group by row group, into memory.
//!
//! The file's name is the hash of its bytes, which is known only at its end, so the file is built in memory (a
//! fragment is small: tens of MiB) and hashed as it grows. Media are not copied into it: Parquet's writer sees
//! placeholders of their length, and the sink replaces these by the memory that holds the media.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use hub_schema::arrow_types::{Form, arrow_schema, stored_schema};
use hub_schema::{ContentHash, DerivedKind, Field};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowLeafColumn, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, ColumnPath};

use super::encoded_file::EncodedFile;
use super::footer;
use super::media_chunk::{MEDIA_PAGE_BYTES, MediaChunk};
use super::sink::{HashingSink, Placeholder};
use crate::error::{Error, Result};

/// Rows per page of annotations.
const ANNOTATION_PAGE_ROWS: usize = 1024;

/// Writes a column group, one row group after the other.
pub struct GroupWriter {
    writer: SerializedFileWriter<HashingSink>,
    columns: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    checksums: Vec<u32>,
}

impl std::fmt::Debug for GroupWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupWriter").field("row_groups", &self.checksums.len()).finish_non_exhaustive()
    }
}

impl GroupWriter {
    /// A writer of these columns.
    pub fn new(fields: &[&Field]) -> Result<Self> {
        let schema = Arc::new(arrow_schema(fields.iter().copied(), Form::Read));
        let properties = Arc::new(properties(fields));
        let stored = stored_schema(fields.iter().copied(), Form::Read);
        let writer = ArrowSchemaConverter::new().convert(&stored).and_then(|columns| {
            SerializedFileWriter::new(HashingSink::default(), columns.root_schema_ptr(), properties)
        });
        let writer = writer.map_err(Error::parquet("a new file"))?;
        let columns = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
        let mut group = Self { writer, columns, schema, checksums: Vec::new() };
        // The magic number at the start belongs to no row group.
        group.take_checksum()?;
        Ok(group)
    }

    /// Writes the rows of `batch` as one row group. Its columns are those of the writer, in the same order.
    pub fn write_row_group(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())
            .map_err(Error::arrow("columns are not those of the file"))?;
        let parquet = |e| Error::parquet("a new file")(e);
        let mut chunks = self.chunks(&batch).map_err(parquet)?;
        let mut offset = self.writer.bytes_written() as u64;
        for chunk in &mut chunks {
            if let Chunk::Media(media) = chunk {
                self.writer.inner_mut().splice(offset, std::mem::take(&mut media.segments));
            }
            offset += chunk.size_bytes();
        }
        self.append(chunks).map_err(parquet)?;
        let checksum = self.take_checksum()?;
        self.checksums.push(checksum);
        Ok(())
    }

    /// The column chunks of a batch, one for each leaf of the schema.
    fn chunks(&self, batch: &RecordBatch) -> parquet::errors::Result<Vec<Chunk>> {
        let leaves = self.writer.schema_descr().columns();
        let writers = self.columns.create_column_writers(self.checksums.len())?;
        let mut writers = leaves.iter().zip(writers);
        let mut chunks = Vec::with_capacity(leaves.len());
        for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            for (i, leaf) in compute_leaves(field, array)?.into_iter().enumerate() {
                let Some((column, writer)) = writers.next() else { break };
                let chunk = match media_of(column, array) {
                    Some(media) if i == 0 => Chunk::Media(media?),
                    _ => Chunk::Encoded(encode(writer, &leaf)?),
                };
                chunks.push(chunk);
            }
        }
        Ok(chunks)
    }

    fn append(&mut self, chunks: Vec<Chunk>) -> parquet::errors::Result<()> {
        let mut row_group = self.writer.next_row_group()?;
        for chunk in chunks {
            match chunk {
                Chunk::Encoded(chunk) => chunk.append_to_row_group(&mut row_group)?,
                Chunk::Media(media) => row_group.append_column(&Placeholder, media.close)?,
            }
        }
        row_group.close()?;
        Ok(())
    }

    /// The checksum of what was written since the last call.
    fn take_checksum(&mut self) -> Result<u32> {
        let io = |source| Error::Io { path: "a new file".to_owned(), action: "write it", source };
        self.writer.flush().map_err(io)?;
        Ok(self.writer.inner_mut().take_checksum())
    }

    /// Notes in the footer which file the columns were computed from.
    pub fn derived_from(&mut self, media: ContentHash) {
        self.writer.append_key_value_metadata(footer::derived_from(media));
    }

    /// Writes the footer; gives the finished file.
    pub fn finish(mut self) -> Result<EncodedFile> {
        self.writer.append_key_value_metadata(footer::checksums(&self.checksums));
        let sink = self.writer.into_inner().map_err(Error::parquet("a new file"))?;
        Ok(sink.finish())
    }
}

/// A column chunk that is ready to be written.
enum Chunk {
    Encoded(ArrowColumnChunk),
    Media(MediaChunk),
}

impl Chunk {
    fn size_bytes(&self) -> u64 {
        let close = match self {
            Self::Encoded(chunk) => chunk.close(),
            Self::Media(media) => &media.close,
        };
        close.metadata.compressed_size().unsigned_abs()
    }
}

fn encode(
    mut writer: ArrowColumnWriter,
    leaf: &ArrowLeafColumn,
) -> parquet::errors::Result<ArrowColumnChunk> {
    writer.write(leaf)?;
    writer.close()
}

/// The `bytes` of a media column as a chunk of their own; `None` for any other leaf.
fn media_of(leaf: &ColumnDescPtr, column: &ArrayRef) -> Option<parquet::errors::Result<MediaChunk>> {
    let DataType::Struct(members) = column.data_type() else { return None };
    let nested = leaf.max_def_level() != 2 || leaf.max_rep_level() != 0;
    if nested || leaf.path().parts().len() != 2 || members.first()?.data_type() != &DataType::BinaryView {
        return None;
    }
    let media = column.as_struct();
    Some(MediaChunk::new(leaf, media, media.column(0).as_binary_view()))
}

fn properties(fields: &[&Field]) -> WriterProperties {
    let bulky = fields.iter().any(|f| f.feature.is_bulky());
    let base = WriterProperties::builder()
        .set_created_by(format!("imagehub {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(footer::pairs(fields)))
        .set_max_row_group_row_count(None)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_data_page_row_count_limit(ANNOTATION_PAGE_ROWS);
    if fields.iter().any(|f| f.derived_kind() == Some(DerivedKind::EntryPoints)) {
        // Their bytes are as good as random.
        let base = base.set_compression(Compression::UNCOMPRESSED).set_dictionary_enabled(false);
        return base.set_statistics_enabled(EnabledStatistics::None).build();
    }
    if !bulky {
        return base.build();
    }
    let mut properties = base.set_data_page_size_limit(MEDIA_PAGE_BYTES);
    for field in fields.iter().filter(|f| f.feature.is_bulky()) {
        let leaf = if matches!(field.feature, hub_schema::Feature::Tensor { .. }) {
            ColumnPath::from(vec![field.name.clone()])
        } else {
            ColumnPath::from(vec![field.name.clone(), "bytes".to_owned()])
        };
        properties = properties
            .set_column_compression(leaf.clone(), Compression::UNCOMPRESSED)
            .set_column_dictionary_enabled(leaf.clone(), false)
            .set_column_statistics_enabled(leaf, EnabledStatistics::None);
    }
    properties.build()
}
