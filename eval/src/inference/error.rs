//! Why a model can't be evaluated on a data set.

use crate::engine::EngineError;

/// Why a model can't be evaluated on a data set.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// The data set can't be read.
    #[error(transparent)]
    Stream(#[from] hub_stream::Error),
    /// The data set can't be read.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// A condition can't be evaluated.
    #[error(transparent)]
    Query(#[from] hub_query::QueryError),
    /// The engine fails on every batch alike, so nothing is skipped.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No column of images.
    #[error("{0}")]
    Column(String),
    /// The model's classes and the data set's labels can't be compared.
    #[error("{0}")]
    Labels(String),
    /// No rows to evaluate.
    #[error("{0}")]
    NoRows(String),
    /// An image that can't be decoded, where none may be left out.
    #[error("row {row} ({name}): {problem}; to leave such samples out and count them, use --corrupt skip")]
    Corrupt {
        /// The row's position, from 0.
        row: u64,
        /// The image's name.
        name: String,
        /// The decoder's message.
        problem: String,
    },
    /// A part of the program ended without a result.
    #[error("a thread of the evaluation ended early: {0}")]
    Thread(String),
    /// Rows were read in an unexpected shape.
    #[error("column '{column}' can't be read as {expected}")]
    Shape {
        /// Name of the column.
        column: String,
        /// What its values should be.
        expected: &'static str,
    },
}
