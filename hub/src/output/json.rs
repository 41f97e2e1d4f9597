//! JSON that several commands share. `docs/json.md` lists the members of all.

use chrono::{DateTime, Utc};
use hub_schema::CommitParent;
use hub_schema::api::DatasetView;
use serde_json::{Value, json};

/// A commit: its place and its id.
pub fn commit(at: &CommitParent) -> Value {
    json!({ "branch": at.branch, "version": at.version, "commit": at.id.to_string() })
}

/// A data set of a server, as `hub ls` lists it.
pub fn listed(found: &DatasetView) -> Value {
    json!({
        "name": found.name, "uuid": found.uuid, "rows": found.rows, "bytes": found.size_bytes,
        "branch": found.default_branch, "time": found.updated, "visibility": found.visibility,
        "summary": found.summary, "created": found.created,
    })
}

/// A deleted data set of a server.
pub fn deleted(found: &DatasetView) -> Value {
    let deleted: Option<DateTime<Utc>> = found.deleted;
    json!({
        "name": found.name, "uuid": found.uuid, "rows": found.rows, "bytes": found.size_bytes,
        "deleted": deleted,
    })
}
