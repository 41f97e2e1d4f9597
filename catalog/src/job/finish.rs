//! Finishes jobs, and schedules retries.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Job, JobState};
use crate::catalog::Catalog;
use crate::error::Result;
use crate::time::now;

/// The pause after a first failure; it doubles with each.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
/// Characters of an error that are kept.
const KEPT: usize = 2000;

/// A job that failed this many times is not retried.
pub const MAX_ATTEMPTS: u64 = 5;

impl Catalog {
    /// Ends an attempt, with what went wrong if anything did. False if the job is another worker's by now; then
    /// nothing is noted.
    pub async fn finish_job(&self, job: &Job, failure: Option<&str>) -> Result<bool> {
        let Some(failure) = failure else { return self.end_job(job, JobState::Done, None).await };
        let failure: String = failure.chars().take(KEPT).collect();
        if job.attempts >= MAX_ATTEMPTS {
            return self.end_job(job, JobState::Failed, Some(failure)).await;
        }
        let pause = FIRST_PAUSE * (1 << job.attempts.saturating_sub(1).min(10));
        let mut tx = self.db.begin().await?;
        let again = tx
            .sql(
                "UPDATE jobs SET state = 'queued', due = $3, lease = NULL, error = $4
                 WHERE id = $1 AND attempts = $2 AND state = 'running'
                   AND NOT EXISTS (SELECT 1 FROM jobs other WHERE other.kind = jobs.kind
                                   AND other.subject = jobs.subject AND other.state = 'queued')",
            )
            .bind(job.id)
            .bind(job.attempts)
            .bind(now() + pause)
            .bind(&failure)
            .run()
            .await?;
        tx.commit().await?;
        // A newer job about the same thing waits: that one is the second try.
        if again > 0 { Ok(true) } else { self.end_job(job, JobState::Failed, Some(failure)).await }
    }

    async fn end_job(&self, job: &Job, state: JobState, error: Option<String>) -> Result<bool> {
        let ended = self
            .db
            .write(
                "UPDATE jobs SET state = $3, finished = $4, lease = NULL, error = $5
                 WHERE id = $1 AND attempts = $2 AND state = 'running'",
            )
            .bind(job.id)
            .bind(job.attempts)
            .bind(state)
            .bind(now())
            .bind(error)
            .run()
            .await?;
        Ok(ended > 0)
    }

    /// Forgets jobs that ended before a time; how many.
    pub async fn sweep_jobs(&self, before: DateTime<Utc>) -> Result<u64> {
        self.db
            .write("DELETE FROM jobs WHERE state IN ('done', 'failed') AND finished < $1")
            .bind(before)
            .run()
            .await
    }
}
