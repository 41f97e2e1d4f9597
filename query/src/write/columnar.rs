//! Parquet files and Arrow streams: what was computed, as it is.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{RowWriter, failed, failed_arrow};
use crate::error::QueryError;

/// Bytes that a row group is built from in memory.
const ROW_GROUP_BYTES: usize = 64 << 20;

pub struct ParquetWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub fn new(schema: SchemaRef, out: W) -> Result<Self, QueryError> {
        let compression = Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let writer = ArrowWriter::try_new(out, schema, Some(properties)).map_err(wrong)?;
        Ok(Self { writer })
    }
}

impl<W: Write + Send> RowWriter for ParquetWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        self.writer.write(batch).map_err(wrong)?;
        if self.writer.in_progress_size() > ROW_GROUP_BYTES {
            self.writer.flush().map_err(wrong)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), QueryError> {
        self.writer.close().map(drop).map_err(wrong)
    }
}

fn wrong(error: parquet::errors::ParquetError) -> QueryError {
    failed(std::io::Error::other(error))
}

pub struct IpcWriter<W: Write> {
    writer: StreamWriter<W>,
}

impl<W: Write> IpcWriter<W> {
    pub fn new(schema: SchemaRef, out: W) -> Result<Self, QueryError> {
        Ok(Self { writer: StreamWriter::try_new(out, &schema).map_err(failed_arrow)? })
    }
}

impl<W: Write + Send> RowWriter for IpcWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        self.writer.write(batch).map_err(failed_arrow)
    }

    fn finish(mut self: Box<Self>) -> Result<(), QueryError> {
        self.writer.finish().map_err(failed_arrow)
    }
}
