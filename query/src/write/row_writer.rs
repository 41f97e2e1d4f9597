//! What writes rows in one format, and the errors of writing.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;

use crate::error::QueryError;

/// Writes rows of an answer in one format.
pub trait RowWriter: Send {
    /// Writes some rows.
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError>;
    /// Ends the file.
    fn finish(self: Box<Self>) -> Result<(), QueryError>;
}

pub fn failed(error: std::io::Error) -> QueryError {
    QueryError::Write(error)
}

pub fn failed_arrow(error: ArrowError) -> QueryError {
    match error {
        ArrowError::IoError(_, source) => QueryError::Write(source),
        other => QueryError::Write(std::io::Error::other(other)),
    }
}
