//! Answers as people and programs take them, written as they come.
//!
//! | format | class labels | media and other bytes |
//! |---|---|---|
//! | table | names | `<image 110 kB>`, `<12 bytes>` |
//! | CSV | names | base64; a medium is `{"name": …, "size_bytes": …, "base64": …}` |
//! | JSON (an array of objects) | `{"value": …, "name": …, "synset": …}` | the same, see [`hub_dataset::sample::json`] |
//! | Parquet, Arrow IPC (stream) | numbers, with the names in the field's metadata | bytes |
//!
//! Texts are for reading, so they have names; files are for computing, so they have what is stored; JSON is for
//! programs of any kind, and has both. A label is
//! known by the feature in its field's metadata: what was computed from one (`max(label)`) is a number.

mod cells;
mod columnar;
mod json;
mod table;
mod text;

use std::io::Write;

use futures::stream::TryStreamExt;

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

/// Writes rows of an answer in one format.
trait RowWriter: Send {
    /// Writes some rows.
    fn rows(&mut self, batch: &arrow::array::RecordBatch) -> Result<(), QueryError>;
    /// Ends the file.
    fn finish(self: Box<Self>) -> Result<(), QueryError>;
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

fn failed(error: std::io::Error) -> QueryError {
    QueryError::Write(error)
}

fn failed_arrow(error: arrow::error::ArrowError) -> QueryError {
    match error {
        arrow::error::ArrowError::IoError(_, source) => QueryError::Write(source),
        other => QueryError::Write(std::io::Error::other(other)),
    }
}

/// A text cut to so many characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
