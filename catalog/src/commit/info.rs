//! A commit as the catalog knows it.

use chrono::{DateTime, Utc};
use hub_dataset::Snapshot;
use hub_schema::{BranchName, Commit, CommitId, CommitParent, Operation};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;

/// A commit as the catalog knows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CommitInfo {
    /// Its id, and the branch and version under which it was found.
    pub at: CommitParent,
    /// Earlier commits; the first is the branch's own past.
    pub parents: Vec<CommitParent>,
    pub time: DateTime<Utc>,
    pub author: String,
    pub message: String,
    pub operation: Operation,
    pub rows: u64,
    pub bytes: u64,
    pub added: u64,
    pub removed: u64,
    /// Rows whose values it replaced.
    pub changed: u64,
}

impl CommitInfo {
    /// What is kept of a commit.
    pub fn new(id: CommitId, branch: BranchName, version: u64, commit: &Commit) -> Self {
        Self {
            at: CommitParent { id, branch, version },
            parents: commit.parents.clone(),
            time: commit.time,
            author: commit.author.clone(),
            message: commit.message.clone(),
            operation: commit.operation.clone(),
            rows: commit.counts.rows,
            bytes: commit.counts.bytes,
            added: commit.counts.added,
            removed: commit.counts.removed,
            changed: commit.counts.changed,
        }
    }
}

impl From<&Snapshot> for CommitInfo {
    fn from(snapshot: &Snapshot) -> Self {
        let at = snapshot.at();
        Self::new(at.id, at.branch.clone(), at.version, snapshot.commit())
    }
}

impl Record for CommitInfo {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            at: CommitParent {
                id: row.parse("id")?,
                branch: row.parse("branch")?,
                version: row.count("version")?,
            },
            parents: row.json("parents")?,
            time: row.time("time")?,
            author: row.get("author")?,
            message: row.get("message")?,
            operation: row.json("operation")?,
            rows: row.count("rows")?,
            bytes: row.count("bytes")?,
            added: row.count("added")?,
            removed: row.count("removed")?,
            changed: row.count("changed")?,
        })
    }
}
