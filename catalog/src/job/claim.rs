//! Claims jobs: each is claimed by one worker at a time.

use chrono::TimeDelta;

use super::Job;
use crate::catalog::Catalog;
use crate::db::Sql;
use crate::error::Result;
use crate::time::now;

impl Catalog {
    /// Takes the job that is due longest, of one of these kinds, for the length of a lease; none if there is
    /// nothing to do.
    pub async fn claim_job(&self, kinds: &[&str], lease: TimeDelta) -> Result<Option<Job>> {
        // One after another: a list can't be bound alike on both engines, and kinds are few.
        for kind in kinds {
            if let Some(job) = self.claim_of_kind(kind, lease).await? {
                return Ok(Some(job));
            }
        }
        Ok(None)
    }

    async fn claim_of_kind(&self, kind: &str, lease: TimeDelta) -> Result<Option<Job>> {
        let sql = Sql::Each {
            // Workers that claim at once pass over each other's rows instead of waiting for them.
            postgres: "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease = $3
                       WHERE id = (
                           SELECT id FROM jobs
                           WHERE kind = $1 AND ((state = 'queued' AND due <= $2)
                               OR (state = 'running' AND lease <= $2))
                           ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED
                       )
                       RETURNING id, kind, subject, payload, state, attempts, created, due, finished, error",
            sqlite: "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease = $3
                     WHERE id = (
                         SELECT id FROM jobs
                         WHERE kind = $1 AND ((state = 'queued' AND due <= $2)
                             OR (state = 'running' AND lease <= $2))
                         ORDER BY due LIMIT 1
                     )
                     RETURNING id, kind, subject, payload, state, attempts, created, due, finished, error",
        };
        let now = now();
        self.db.write(sql).bind(kind).bind(now).bind(now + lease).first().await
    }

    /// Keeps a job for longer; false if it is another worker's by now, and the work should stop.
    pub async fn extend_job(&self, job: &Job, lease: TimeDelta) -> Result<bool> {
        let kept = self
            .db
            .write("UPDATE jobs SET lease = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'")
            .bind(job.id)
            .bind(job.attempts)
            .bind(now() + lease)
            .run()
            .await?;
        Ok(kept > 0)
    }
}
