//! Revisions of a data set: commits, refs, what differs, columns, statistics.

mod commit;
mod commits;
mod diff;
mod refs;
mod schema;
mod stats;

use chrono::{DateTime, Utc};
use hub_catalog::CommitInfo;
use hub_dataset::Snapshot;
use hub_schema::CommitParent;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use commit::*;
pub use commits::*;
pub use diff::*;
pub use refs::*;
pub use schema::*;
pub use stats::*;

/// Which revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Rev {
    /// A branch, tag, `branch:version` or commit; the default branch where it is missing.
    pub rev: Option<String>,
}

/// A commit, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommitView {
    /// The id: BLAKE3 of the commit's file.
    pub id: String,
    /// A branch that holds it …
    pub branch: String,
    /// … under this version.
    pub version: u64,
    /// The ids of the commits it follows; the first is the branch's own past.
    pub parents: Vec<String>,
    /// When.
    #[schema(value_type = String, format = "date-time")]
    pub time: DateTime<Utc>,
    /// Who.
    pub author: String,
    /// Why.
    pub message: String,
    /// What was done, in a word or two.
    pub operation: String,
    /// Rows afterwards.
    pub rows: u64,
    /// Bytes afterwards.
    pub size_bytes: u64,
    /// Rows that it added.
    pub added: u64,
    /// Rows that it removed.
    pub removed: u64,
    /// Rows whose values it replaced.
    pub changed: u64,
}

impl From<CommitInfo> for CommitView {
    fn from(info: CommitInfo) -> Self {
        Self {
            id: info.at.id.to_string(),
            branch: info.at.branch.to_string(),
            version: info.at.version,
            parents: info.parents.iter().map(|p| p.id.to_string()).collect(),
            time: info.time,
            author: info.author,
            message: info.message,
            operation: info.operation.describe(),
            rows: info.rows,
            size_bytes: info.bytes,
            added: info.added,
            removed: info.removed,
            changed: info.changed,
        }
    }
}

impl From<&Snapshot> for CommitView {
    fn from(snapshot: &Snapshot) -> Self {
        CommitInfo::from(snapshot).into()
    }
}

/// Where a commit lies.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct At {
    /// The commit's id.
    pub commit: String,
    /// A branch that holds it …
    pub branch: String,
    /// … under this version.
    pub version: u64,
}

impl From<&CommitParent> for At {
    fn from(at: &CommitParent) -> Self {
        Self { commit: at.id.to_string(), branch: at.branch.to_string(), version: at.version }
    }
}
