//! A job, and where it stands.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::JobId;
use crate::words::words;

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
