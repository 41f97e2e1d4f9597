//! A commit as the REST interface shows it.

use hub_catalog::CommitInfo;
use hub_schema::api::CommitView;

/// A commit, as lists show it.
pub fn commit_view(info: CommitInfo) -> CommitView {
    CommitView {
        id: info.at.id,
        branch: info.at.branch,
        version: info.at.version,
        parents: info.parents.iter().map(|p| p.id).collect(),
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
