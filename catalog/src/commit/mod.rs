//! Commits, branches and tags, as far as lists and logs need them. The commits themselves lie in the store.
//!
//! A commit is made by creating its object; the catalog learns of it afterwards, each exactly once and in the
//! order of its branch. If a server dies in between, the next commit finds the gap ([`Applied::Missing`]) and
//! the server reads the missing ones from the store.

mod apply;
mod known;
mod log;
mod tags;

use chrono::{DateTime, Utc};
use hub_schema::{BranchName, Commit, CommitId, CommitParent, Operation};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::words::words;

pub(crate) use apply::{insert, put_head, weigh};
pub(crate) use tags::put_tag;

/// A commit as the catalog knows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CommitInfo {
    /// Its id, and the branch and version under which it was found.
    pub at: CommitParent,
    /// Earlier commits; the first is the branch's own past.
    pub parents: Vec<CommitParent>,
    /// When.
    pub time: DateTime<Utc>,
    /// Who.
    pub author: String,
    /// Why.
    pub message: String,
    /// What was done.
    pub operation: Operation,
    /// Rows afterwards.
    pub rows: u64,
    /// Bytes afterwards.
    pub bytes: u64,
    /// Rows that it added.
    pub added: u64,
    /// Rows that it removed.
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

impl From<&hub_dataset::Snapshot> for CommitInfo {
    fn from(snapshot: &hub_dataset::Snapshot) -> Self {
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

/// How the news of a commit was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is known now.
    New,
    /// It was known.
    Known,
    /// Nothing was done: versions from this one on are missing before it. Apply them first.
    Missing {
        /// The first missing version of the branch.
        from: u64,
    },
}

words!(
    /// What a name stands for.
    RefKind {
        /// A branch: moves.
        Branch = "branch",
        /// A tag: stays.
        Tag = "tag",
    }
);

/// A branch or a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ref {
    /// Which of the two.
    pub kind: RefKind,
    /// Its name.
    pub name: BranchName,
    /// The commit it names.
    pub commit: CommitParent,
    /// Of a branch: when its head was made. Of a tag: when it was set.
    pub time: DateTime<Utc>,
    /// Who made the head or set the tag.
    pub author: String,
    /// The head's or the tag's message.
    pub message: String,
}

impl Record for Ref {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            kind: row.parse("kind")?,
            name: row.parse("name")?,
            commit: CommitParent {
                id: row.parse("id")?,
                branch: row.parse("branch")?,
                version: row.count("version")?,
            },
            time: row.time("time")?,
            author: row.get("author")?,
            message: row.get("message")?,
        })
    }
}
