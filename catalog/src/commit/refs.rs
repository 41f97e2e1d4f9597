//! Branches and tags.

use chrono::{DateTime, Utc};
use hub_schema::{BranchName, CommitParent};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::words::words;

words!(
    /// The kind of a reference to a commit.
    RefKind {
        /// A branch, which moves with each commit.
        Branch = "branch",
        /// A tag, which never moves.
        Tag = "tag",
    }
);

/// A branch or a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ref {
    pub kind: RefKind,
    pub name: BranchName,
    /// The commit that it points to.
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
