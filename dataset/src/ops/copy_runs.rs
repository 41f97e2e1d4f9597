//! Runs, copied to another place with the history that they are of.
//!
//! A run keeps its id, author and record, byte for byte, as commits do. It is added where it is missing, and never replaced:
//! a run that was deleted in a copy comes back with the next one. Unfinished runs stay where they are.

use bytes::Bytes;
use hub_schema::{RunHeader, RunId};

use super::history::History;
use crate::dataset::Dataset;
use crate::error::{Error, Result};

/// A finished run that a copy lacks.
#[derive(Clone, Debug)]
pub struct RunToCopy {
    header: RunHeader,
    record: Bytes,
}

impl RunToCopy {
    /// Its id.
    pub fn id(&self) -> &RunId {
        &self.header.id
    }

    /// The length of its files.
    pub fn bytes(&self) -> u64 {
        self.record.len() as u64 + self.header.predictions.bytes
    }
}

/// The runs that a copy lacks of its source.
#[derive(Clone, Debug, Default)]
pub struct MissingRuns {
    /// Those that can be copied, the oldest first.
    pub runs: Vec<RunToCopy>,
    /// Those whose records can't be read, and aren't copied.
    pub damaged: Vec<RunId>,
}

impl Dataset {
    /// The finished runs on commits of a history (this data set's, or a part of it) that a copy lacks; `None`: there is no
    /// copy yet.
    ///
    /// # Errors
    /// A store can't be listed or read.
    pub async fn runs_missing_in(&self, copy: Option<&Self>, history: &History) -> Result<MissingRuns> {
        let there = match copy {
            Some(copy) => copy.runs().await?,
            None => Vec::new(),
        };
        let mut missing = MissingRuns::default();
        for id in self.runs().await? {
            if there.binary_search(&id).is_ok() {
                continue;
            }
            match self.run(&id).await {
                Ok(Some((header, record))) if history.holds(&header.commit) => {
                    missing.runs.push(RunToCopy { header, record });
                }
                Ok(_) => {}
                Err(Error::Damaged { .. } | Error::Json { .. } | Error::NewerFormat { .. }) => {
                    missing.damaged.push(id)
                }
                Err(error) => return Err(error),
            }
        }
        Ok(missing)
    }

    /// Adds a run of another data set, whose commit must have been copied.
    ///
    /// # Errors
    /// Its predictions are missing or damaged; a server refuses it; [`Error::Taken`] if a run has its id.
    pub async fn import_run(&self, from: &Self, run: &RunToCopy) -> Result<()> {
        let predictions = from.run_predictions(&run.header).await?;
        self.store_run(run.id(), predictions, run.record.clone(), true).await
    }
}
