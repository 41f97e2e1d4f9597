//! A job, and where it stands.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::JobId;
use crate::words::words;

words!(
    /// The state of a job in the queue.
    JobState {
        /// It waits for its time and a worker.
        Queued = "queued",
        /// A worker has claimed it.
        Running = "running",
        Done = "done",
        /// It failed, and is not retried any more.
        Failed = "failed",
    }
);

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    pub subject: Option<String>,
    /// What the worker needs to know.
    pub payload: serde_json::Value,
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u64,
    pub created: DateTime<Utc>,
    /// A worker may claim it from this time on.
    pub due: DateTime<Utc>,
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
