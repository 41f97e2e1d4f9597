//! A run that stays in memory.

use chrono::{DateTime, Utc};
use hub_eval::run::PredictionFile;
use hub_schema::{CommitParent, RunId};

/// A run with its predictions, in which single rows are looked up.
#[derive(Debug)]
pub struct KnownRun {
    pub(super) id: RunId,
    pub(super) model: String,
    pub(super) time: DateTime<Utc>,
    pub(super) rows: String,
    pub(super) commit: CommitParent,
    /// The label that is predicted.
    pub(super) label: Option<String>,
    /// The column of boxes that are the samples.
    pub(super) boxes: Option<String>,
    /// The model's classes whose names are known.
    pub(super) named: Vec<(usize, String)>,
    pub(super) file: PredictionFile,
}

impl KnownRun {
    /// Bytes in memory.
    pub fn size_bytes(&self) -> usize {
        self.file.size_bytes() + 64 * self.named.len()
    }
}
