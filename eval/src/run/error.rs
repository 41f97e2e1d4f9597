//! Why an evaluation fails, or a run can't be used.

use super::table::TableError;
use crate::inference::InferenceError;

/// Why an evaluation fails, or a run can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Predicting fails.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// The data set's files can't be read or written.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
    /// The data set's rows can't be read.
    #[error(transparent)]
    Stream(#[from] hub_stream::Error),
    /// A condition can't be evaluated.
    #[error(transparent)]
    Query(#[from] hub_query::QueryError),
    /// A table of predictions is damaged.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A record is no JSON of a run.
    #[error("{path}: not the record of a run")]
    Json {
        /// The record's file.
        path: String,
        /// What is wrong with its JSON.
        #[source]
        source: serde_json::Error,
    },
    /// A run that doesn't exist, or several.
    #[error("{0}")]
    NotFound(String),
    /// No unfinished run is the same evaluation.
    #[error("{0}")]
    Resume(String),
    /// Every output of the model is unusable.
    #[error("none of the model's outputs for {rows} rows is a prediction; the first: {problem}")]
    NothingPredicted {
        /// How many rows were evaluated.
        rows: u64,
        /// Why the first isn't one.
        problem: String,
    },
    /// Every image is unusable.
    #[error("none of the {rows} images can be decoded; the first (row {row}): {problem}")]
    NothingDecoded {
        /// How many rows were evaluated.
        rows: u64,
        /// The first such row.
        row: u64,
        /// Why it isn't one.
        problem: String,
    },
    /// Two runs without a common sample.
    #[error("runs {0} and {1} have no scored sample in common, so they can't be compared")]
    NothingInCommon(String, String),
    /// A local file can't be written.
    #[error("{path}: can't write it")]
    Write {
        /// The file.
        path: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
}
