//! Claims: the database arbitrates between two writers of one object where the store can't.
//!
//! Some S3 servers silently ignore the condition of a conditional create. There a commit (or tag, or `hub.json`) is
//! first claimed: the row is the commit, and holds the object's bytes. The winner then writes the object. If it dies
//! before that, no version is lost or blocked: a writer that loses against the row gets its bytes and writes them,
//! and a server that starts does the same for all that are [unwritten](Catalog::unwritten_claims). Since all
//! write the same bytes, it doesn't matter how many do.
//!
//! A claim that is won means that no other writer has claimed the path, not that the object is missing: after the
//! database was lost, look for the object before claiming.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::page::page_length;
use crate::time::now;

/// The result of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateClaim {
    /// The path is yours (also if these very bytes had been claimed before, by an attempt whose answer was
    /// lost). Write the object, then [settle](Catalog::settle_claim).
    Won,
    /// Another writer had claimed the path before, with other bytes.
    Lost {
        /// What the object holds, or will.
        content: Vec<u8>,
        /// False: the object may be missing. Write it from `content`.
        written: bool,
    },
}

/// A claim whose object may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrittenClaim {
    pub dataset: Uuid,
    /// The object below the data set's root.
    pub path: String,
    pub content: Vec<u8>,
    pub created: DateTime<Utc>,
}

impl Record for UnwrittenClaim {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            dataset: row.parse("dataset")?,
            path: row.get("path")?,
            content: row.get("content")?,
            created: row.time("created")?,
        })
    }
}

impl Catalog {
    /// Claims a path of a data set for an object's bytes. Of any number of claims, one wins.
    pub async fn claim(&self, dataset: Uuid, path: &str, content: &[u8]) -> Result<CreateClaim> {
        let mut tx = self.db.begin().await?;
        let known = tx.sql("SELECT 1 AS one FROM datasets WHERE uuid = $1").bind(dataset).row().await?;
        if known.is_none() {
            return Err(Error::not_found("data set", dataset));
        }
        let won = tx
            .sql(
                "INSERT INTO claims (dataset, path, content, created, written) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT DO NOTHING",
            )
            .bind(dataset)
            .bind(path)
            .bind(content)
            .bind(now())
            .bind(false)
            .run()
            .await?;
        if won > 0 {
            tx.commit().await?;
            return Ok(CreateClaim::Won);
        }
        let held = tx
            .sql("SELECT content, written FROM claims WHERE dataset = $1 AND path = $2")
            .bind(dataset)
            .bind(path)
            .row();
        let held = held.await?.ok_or_else(|| Error::not_found("claim", path))?;
        let (held, written): (Vec<u8>, bool) = (held.get("content")?, held.get("written")?);
        Ok(if held == content { CreateClaim::Won } else { CreateClaim::Lost { content: held, written } })
    }

    /// Records that a claimed object is in the store.
    pub async fn settle_claim(&self, dataset: Uuid, path: &str) -> Result<()> {
        self.db
            .write("UPDATE claims SET written = $3 WHERE dataset = $1 AND path = $2")
            .bind(dataset)
            .bind(path)
            .bind(true)
            .run()
            .await
            .map(drop)
    }

    /// Claims whose object may be missing, the oldest first.
    pub async fn unwritten_claims(&self, limit: u32) -> Result<Vec<UnwrittenClaim>> {
        self.db
            .read(
                "SELECT dataset, path, content, created FROM claims
                 WHERE NOT written ORDER BY created LIMIT $1",
            )
            .bind(i64::from(page_length(limit)))
            .all()
            .await
    }

    /// Forgets a claim: its object was deleted (a tag), so that the path may be claimed again.
    pub async fn release_claim(&self, dataset: Uuid, path: &str) -> Result<()> {
        self.db
            .write("DELETE FROM claims WHERE dataset = $1 AND path = $2")
            .bind(dataset)
            .bind(path)
            .run()
            .await
            .map(drop)
    }
}
