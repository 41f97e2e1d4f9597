//! Writes a column group, row group by row group, into memory.
//!
//! The file's name is the hash of its bytes, which is known only at its end, so the file is built in memory (a
//! fragment is small: tens of MiB) and hashed as it grows.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::{Bytes, BytesMut};
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{ContentHash, DataFile, Field, FieldId};
use object_store::PutPayload;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::footer;
use crate::error::{Error, Result};

/// Small samples share a page of about this size; a bigger sample has a page of its own.
const MEDIA_PAGE_BYTES: usize = 64 * 1024;

/// Rows of annotations a page.
const ANNOTATION_PAGE_ROWS: usize = 1024;

/// Blocks in which the file is built.
const BLOCK_BYTES: usize = 4 * 1024 * 1024;

/// A finished column group.
#[derive(Clone, Debug)]
pub struct EncodedFile {
    /// The BLAKE3 of the bytes.
    pub hash: ContentHash,
    /// Length.
    pub size_bytes: u64,
    /// Length of the end behind the last row group.
    pub footer_bytes: u32,
    /// CRC-32 of that end.
    pub footer_crc: u32,
    /// The bytes.
    pub payload: PutPayload,
}

impl EncodedFile {
    /// The file as a manifest lists it.
    pub fn describe(&self, fields: Vec<FieldId>, blobs: Vec<(ContentHash, u64)>) -> DataFile {
        DataFile {
            hash: self.hash,
            bytes: self.size_bytes,
            footer_bytes: self.footer_bytes,
            footer_crc: self.footer_crc,
            fields,
            patches: Vec::new(),
            blobs,
        }
    }
}

/// Writes a column group.
pub struct GroupWriter {
    writer: ArrowWriter<HashingSink>,
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
        let options =
            ArrowWriterOptions::new().with_properties(properties(fields)).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(HashingSink::default(), Arc::clone(&schema), options)
            .map_err(Error::parquet("a new file"))?;
        let mut group = Self { writer, schema, checksums: Vec::new() };
        // The magic number at the start belongs to no row group.
        group.take_checksum()?;
        Ok(group)
    }

    /// Writes the rows of `batch` as one row group. Its columns are those of the writer, in the same order.
    pub fn write_row_group(&mut self, batch: &RecordBatch) -> Result<()> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())
            .map_err(Error::arrow("columns are not those of the file"))?;
        self.writer.write(&batch).map_err(Error::parquet("a new file"))?;
        self.writer.flush().map_err(Error::parquet("a new file"))?;
        let checksum = self.take_checksum()?;
        self.checksums.push(checksum);
        Ok(())
    }

    /// The checksum of what was written since the last call.
    fn take_checksum(&mut self) -> Result<u32> {
        let io = |source| Error::Io { path: "a new file".to_owned(), action: "write it", source };
        self.writer.sync().map_err(io)?;
        Ok(self.writer.inner_mut().take_checksum())
    }

    /// Writes the footer.
    pub fn finish(mut self) -> Result<EncodedFile> {
        self.writer.append_key_value_metadata(footer::checksums(&self.checksums));
        let sink = self.writer.into_inner().map_err(Error::parquet("a new file"))?;
        Ok(sink.finish())
    }
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

/// Keeps what is written, in blocks, with its hash and a checksum that can be taken at any point.
struct HashingSink {
    done: Vec<Bytes>,
    block: BytesMut,
    hash: blake3::Hasher,
    checksum: crc32fast::Hasher,
    size_bytes: u64,
    /// Bytes since the checksum was last taken.
    unsummed_bytes: u64,
}

impl Default for HashingSink {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            block: BytesMut::with_capacity(BLOCK_BYTES),
            hash: blake3::Hasher::new(),
            checksum: crc32fast::Hasher::new(),
            size_bytes: 0,
            unsummed_bytes: 0,
        }
    }
}

impl HashingSink {
    fn take_checksum(&mut self) -> u32 {
        self.unsummed_bytes = 0;
        std::mem::take(&mut self.checksum).finalize()
    }

    fn seal_block(&mut self) {
        let block = std::mem::replace(&mut self.block, BytesMut::with_capacity(BLOCK_BYTES)).freeze();
        self.hash.update(&block);
        self.done.push(block);
    }

    fn finish(mut self) -> EncodedFile {
        self.seal_block();
        EncodedFile {
            hash: ContentHash(*self.hash.finalize().as_bytes()),
            size_bytes: self.size_bytes,
            footer_bytes: u32::try_from(self.unsummed_bytes).unwrap_or(u32::MAX),
            footer_crc: self.take_checksum(),
            payload: self.done.into_iter().collect(),
        }
    }
}

impl Write for HashingSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.checksum.update(bytes);
        self.unsummed_bytes += bytes.len() as u64;
        self.size_bytes += bytes.len() as u64;
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK_BYTES {
            self.seal_block();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
