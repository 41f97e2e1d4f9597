//! Writes an answer in the format that is wanted.

use std::io::Write;

use futures::stream::TryStreamExt;

use super::row_writer::RowWriter;
use super::{columnar, json, table, text};
use crate::error::QueryError;
use crate::limits::QueryStream;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Columns for the eye.
    Table,
    /// An array of objects.
    Json,
    /// Comma-separated, with a header.
    Csv,
    /// A Parquet file.
    Parquet,
    /// Arrow IPC, the streaming format.
    Arrow,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: u64,
}

/// Writes an answer.
///
/// # Errors
/// Those of the answer, and [`QueryError::Write`]. What was written before stays.
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
