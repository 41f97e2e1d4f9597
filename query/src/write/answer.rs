//! Writes a result in a format.

use std::io::Write;

use futures::stream::TryStreamExt;

use super::row_writer::RowWriter;
use super::{columnar, json, table, text};
use crate::error::QueryError;
use crate::limits::QueryStream;

/// The format of a written result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal, long cells cut.
    Table,
    /// A JSON array with an object for each row.
    Json,
    /// Comma-separated values, with a header.
    Csv,
    /// A Parquet file, compressed with zstd.
    Parquet,
    /// Arrow IPC, the streaming format.
    Arrow,
}

/// A report of what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The number of rows, without a header.
    pub rows: u64,
}

/// Writes a result to `out`.
///
/// # Errors
/// Those of the query, and [`QueryError::Write`]. Rows that were written before the error remain in `out`.
pub async fn write(
    mut answer: QueryStream,
    format: Format,
    out: impl Write + Send + 'static,
) -> Result<Written, QueryError> {
    let schema = answer.schema().clone();
    let mut writer: Box<dyn RowWriter> = match format {
        Format::Table => Box::new(table::TableWriter::new(&schema, out)),
        Format::Json => Box::new(json::JsonWriter::new(&schema, out)),
        Format::Csv => Box::new(text::CsvWriter::new(&schema, out)?),
        Format::Parquet => Box::new(columnar::ParquetWriter::new(schema, out)?),
        Format::Arrow => Box::new(columnar::IpcWriter::new(schema, out)?),
    };
    let mut written = Written::default();
    while let Some(batch) = answer.try_next().await? {
        written.rows += batch.num_rows() as u64;
        writer.rows(&batch)?;
    }
    writer.finish()?;
    Ok(written)
}
