//! Jobs: work that outlives a request (indexing, thumbnails, purging), shared by any number of servers.
//!
//! A worker claims a job for the length of a lease. If it dies, the lease runs out and another worker takes the
//! job; a worker that was only slow finds that its attempt is no longer the current one, and its result is
//! ignored. A job that fails is tried again later, with growing pauses, up to [`MOST_ATTEMPTS`] times.

mod claim;
mod enqueue;
mod finish;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::JobId;
use crate::words::words;

/// After so many failures a job stays failed.
pub const MOST_ATTEMPTS: u64 = 5;

words!(
    /// Where a job stands.
    JobState {
        /// It waits for its time and a worker.
        Queued = "queued",
        /// A worker has it.
        Running = "running",
        /// It succeeded.
        Done = "done",
        /// It failed for good.
        Failed = "failed",
    }
);

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    /// Names it.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// What it is about.
    pub subject: Option<String>,
    /// What the worker needs to know.
    pub payload: serde_json::Value,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u64,
    /// Since when.
    pub created: DateTime<Utc>,
    /// Not before this.
    pub due: DateTime<Utc>,
    /// When it ended.
    pub finished: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl Record for Job {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parse("id")?,
            kind: row.get("kind")?,
            subject: row.get("subject")?,
            payload: row.json("payload")?,
            state: row.parse("state")?,
            attempts: row.count("attempts")?,
            created: row.time("created")?,
            due: row.time("due")?,
            finished: row.time_optional("finished")?,
            error: row.get("error")?,
        })
    }
}

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// What is to be done.
    pub kind: String,
    /// What it is about: at most one job of a kind waits for each subject.
    pub subject: Option<String>,
    /// What the worker needs to know.
    pub payload: serde_json::Value,
    /// Not before this; none: at once.
    pub due: Option<DateTime<Utc>>,
}

impl NewJob {
    /// A job to be done at once.
    pub fn new(kind: impl Into<String>, payload: serde_json::Value) -> Self {
        Self { kind: kind.into(), subject: None, payload, due: None }
    }

    /// With a subject.
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}
