//! Records changes of a data set in the catalog and the audit log.
//!
//! The store is authoritative: a commit in it is valid whether the catalog records it or not. So a failure here is only
//! logged; the next commit, or the scan at start, catches up.

use hub_catalog::{Applied, AuditEntry, CommitInfo};
use hub_dataset::Snapshot;
use hub_schema::{BranchName, Tag};
use serde_json::{Value, json};

use crate::auth::{DatasetEntry, OpenDataset};
use crate::problem::{Result, chain};
use crate::state::AppState;

/// Records a new commit.
pub async fn commit(state: &AppState, set: &OpenDataset, snapshot: &Snapshot) {
    let at = snapshot.at();
    match apply(state, set, snapshot).await {
        Ok(false) => {}
        Ok(true) => {
            state.metrics.commits.inc();
            let detail = json!({ "branch": at.branch, "version": at.version, "commit": at.id });
            audit(state, set, "commit.create", detail).await;
            index(state, snapshot);
            state.commits.tell(set.info.uuid);
        }
        Err(problem) => {
            tracing::warn!(error = chain(&problem), "a commit could not be recorded in the catalog")
        }
    }
}

/// Adds a commit to the label index in the background; otherwise the first query would have to.
fn index(state: &AppState, snapshot: &Snapshot) {
    let (labels, snapshot) = (state.labels.clone(), snapshot.clone());
    tokio::spawn(async move {
        if let Err(error) = labels.apply(&snapshot).await {
            tracing::warn!(error = chain(&error), "a commit could not be indexed; the next query retries");
        }
    });
}

/// Records a commit, and earlier ones that the catalog missed. False if it was recorded before.
async fn apply(state: &AppState, set: &OpenDataset, snapshot: &Snapshot) -> Result<bool> {
    let uuid = set.info.uuid;
    let info = CommitInfo::from(snapshot);
    match state.catalog.apply_commit(uuid, &info).await? {
        Applied::New => return Ok(true),
        Applied::Known => return Ok(false),
        Applied::Missing { from } => {
            let at = snapshot.at();
            for version in from..at.version {
                let (id, commit) = set.dataset.commit_at(&at.branch, version).await?;
                let missed = CommitInfo::new(id, at.branch.clone(), version, &commit);
                state.catalog.apply_commit(uuid, &missed).await?;
            }
        }
    }
    Ok(state.catalog.apply_commit(uuid, &info).await? == Applied::New)
}

/// Records a new tag.
pub async fn tag(state: &AppState, set: &OpenDataset, name: &BranchName, tag: &Tag) {
    if let Err(error) = state.catalog.apply_tag(set.info.uuid, name, tag).await {
        tracing::warn!(error = chain(&error), "a tag could not be recorded in the catalog");
    }
    audit(state, set, "tag.create", json!({ "tag": name, "commit": tag.commit.id })).await;
}

/// Records that a tag was removed.
pub async fn tag_removed(state: &AppState, set: &OpenDataset, name: &BranchName) {
    let uuid = set.info.uuid;
    let path = hub_dataset::layout::tag(name);
    let forgotten = state.catalog.forget_tag(uuid, name).await;
    let released = state.catalog.release_claim(uuid, &path).await;
    if let Err(error) = forgotten.and(released) {
        tracing::warn!(error = chain(&error), "the removal of a tag could not be recorded in the catalog");
    }
    audit(state, set, "tag.delete", json!({ "tag": name })).await;
}

/// Adds an action on a data set to the audit log.
pub async fn audit(state: &AppState, set: &OpenDataset, action: &str, detail: Value) {
    let target = set.info.name.to_string();
    entry(state, set.caller.name(), &set.address.0, action, target, detail).await;
}

/// Adds an action on a data set whose files may be missing to the audit log.
pub async fn on_dataset(state: &AppState, on: &DatasetEntry, action: &str, detail: Value) {
    entry(state, on.caller.name(), &on.address.0, action, on.info.name.to_string(), detail).await;
}

/// Adds an action to the audit log. `target` is a name that the hub has given out, never what the caller made up: it
/// decides who may read the entry.
pub async fn entry(
    state: &AppState,
    actor: &str,
    address: &str,
    action: &str,
    target: String,
    detail: Value,
) {
    let entry = AuditEntry {
        actor: actor.to_owned(),
        action: action.to_owned(),
        target,
        detail,
        address: address.to_owned(),
    };
    if let Err(error) = state.catalog.audit(&entry).await {
        tracing::warn!(error = chain(&error), action, "an entry could not be written to the audit log");
    }
}
