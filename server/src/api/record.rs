//! Tells the catalog what became of a data set in the store, and the audit log who did it.
//!
//! The store is the truth: what it holds has happened, whether the catalog hears of it or not. So a failure here
//! is logged and nothing more; the next commit, or a look at start, catches up.

use hub_catalog::{Applied, AuditEntry, CommitInfo};
use hub_dataset::Snapshot;
use hub_schema::{BranchName, Tag};
use serde_json::{Value, json};

use crate::auth::OpenDataset;
use crate::problem::{Result, chain};
use crate::state::AppState;

/// A commit landed.
pub async fn commit(state: &AppState, set: &OpenDataset, snapshot: &Snapshot) {
    let at = snapshot.at();
    match apply(state, set, snapshot).await {
        Ok(false) => {}
        Ok(true) => {
            state.metrics.commits.inc();
            let detail = json!({ "branch": at.branch, "version": at.version, "commit": at.id });
            audit(state, set, "commit.create", detail).await;
            index(state, snapshot);
        }
        Err(problem) => tracing::warn!(error = chain(&problem), "the catalog did not hear of a commit"),
    }
}

/// Takes a commit into the label index, on the side: whoever asks first would do it otherwise.
fn index(state: &AppState, snapshot: &Snapshot) {
    let (labels, snapshot) = (state.labels.clone(), snapshot.clone());
    tokio::spawn(async move {
        if let Err(error) = labels.apply(&snapshot).await {
            tracing::warn!(error = chain(&error), "a commit was not indexed; the next question does it");
        }
    });
}

/// Takes note of a commit, and of those before it that the catalog missed. False if it was known.
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

/// A tag was set.
pub async fn tag(state: &AppState, set: &OpenDataset, name: &BranchName, tag: &Tag) {
    if let Err(error) = state.catalog.apply_tag(set.info.uuid, name, tag).await {
        tracing::warn!(error = chain(&error), "the catalog did not hear of a tag");
    }
    audit(state, set, "tag.create", json!({ "tag": name, "commit": tag.commit.id })).await;
}

/// A tag was removed.
pub async fn tag_removed(state: &AppState, set: &OpenDataset, name: &BranchName) {
    let uuid = set.info.uuid;
    let path = hub_dataset::layout::tag(name);
    let forgotten = state.catalog.forget_tag(uuid, name).await;
    let released = state.catalog.release_claim(uuid, &path).await;
    if let Err(error) = forgotten.and(released) {
        tracing::warn!(error = chain(&error), "the catalog did not hear that a tag is gone");
    }
    audit(state, set, "tag.delete", json!({ "tag": name })).await;
}

/// Something was done to a data set.
pub async fn audit(state: &AppState, set: &OpenDataset, action: &str, detail: Value) {
    let target = set.info.name.to_string();
    entry(state, set.caller.name(), &set.address.0, action, target, detail).await;
}

/// Something was done.
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
        tracing::warn!(error = chain(&error), action, "the audit log did not take an entry");
    }
}
