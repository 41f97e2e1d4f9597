//! A commit, in full and by its names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::commit::CommitParent;
use crate::ids::CommitId;
use crate::name::BranchName;

/// A commit, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitView {
    /// The id: BLAKE3 of the commit's file, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: CommitId,
    /// A branch that holds the commit.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub branch: BranchName,
    /// The commit's version on `branch`, counted from 0.
    pub version: u64,
    /// The ids of the parent commits; the first is the previous commit of the branch.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub parents: Vec<CommitId>,
    /// Time of the commit, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// The name of the user who committed.
    pub author: String,
    /// The message, as written by the author.
    pub message: String,
    /// The kind of operation, in a word or two.
    pub operation: String,
    /// Number of rows in this revision.
    pub rows: u64,
    /// Total bytes of the files of this revision.
    pub size_bytes: u64,
    /// Number of rows that the commit added.
    pub added: u64,
    /// Number of rows that the commit removed.
    pub removed: u64,
    /// Number of rows in which the commit replaced values.
    pub changed: u64,
}

/// A commit, by id and by branch and version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct At {
    /// The commit's id, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub commit: CommitId,
    /// A branch that holds the commit.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub branch: BranchName,
    /// The commit's version on `branch`, counted from 0.
    pub version: u64,
}

impl From<&CommitParent> for At {
    fn from(at: &CommitParent) -> Self {
        Self { commit: at.id, branch: at.branch.clone(), version: at.version }
    }
}
