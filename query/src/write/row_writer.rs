//! The interface of the writers, and their errors.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;

use crate::error::QueryError;

/// Writes rows of an answer in one format.
pub trait RowWriter: Send {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError>;
    /// Writes the end of the file and flushes it.
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
