//! Adds and lists jobs.

use chrono::{DateTime, Utc};

use super::{Job, JobState};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::page::page_length;
use crate::time::now;

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

    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

impl Catalog {
    /// Adds a job; none if one of its kind and subject waits already.
    pub async fn enqueue(&self, new: &NewJob) -> Result<Option<JobId>> {
        let id = JobId::draw();
        let now = now();
        let added = self
            .db
            .write(
                "INSERT INTO jobs (id, kind, subject, payload, state, attempts, created, due)
                 VALUES ($1, $2, $3, $4, 'queued', 0, $5, $6) ON CONFLICT DO NOTHING",
            )
            .bind(id)
            .bind(&new.kind)
            .bind(new.subject.clone())
            .bind(new.payload.to_string())
            .bind(now)
            .bind(new.due.unwrap_or(now))
            .run()
            .await?;
        Ok((added > 0).then_some(id))
    }

    pub async fn job(&self, id: JobId) -> Result<Job> {
        let job = self
            .db
            .read(
                "SELECT id, kind, subject, payload, state, attempts, created, due, finished, error
                 FROM jobs WHERE id = $1",
            )
            .bind(id)
            .first()
            .await?;
        job.ok_or_else(|| Error::not_found("job", id))
    }

    /// The newest jobs in a state.
    pub async fn jobs(&self, state: JobState, limit: u32) -> Result<Vec<Job>> {
        self.db
            .read(
                "SELECT id, kind, subject, payload, state, attempts, created, due, finished, error
                 FROM jobs WHERE state = $1 ORDER BY created DESC, id LIMIT $2",
            )
            .bind(state)
            .bind(i64::from(page_length(limit)))
            .all()
            .await
    }
}
