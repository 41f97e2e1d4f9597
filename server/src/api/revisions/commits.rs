//! Lists commits from a revision back to the first.

use axum::Json;
use axum::extract::State;
use hub_catalog::CommitInfo;
use hub_dataset::Snapshot;
use hub_schema::api::CommitList;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::{OpenDataset, Readable};
use crate::problem::Result;
use crate::state::AppState;
use crate::views::commit_view::commit_view;

/// Commits on a page, by default.
const DEFAULT_COMMITS: usize = 50;
/// Maximum commits on a page.
const MAX_COMMITS: usize = 500;

/// Which commits to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListCommits {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// `next` of the previous page.
    cursor: Option<String>,
    /// Commits on the page, 50 by default and 500 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List the commits of a revision
///
/// Begins with the revision's commit and follows first parents.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/commits",
    tag = "revisions",
    params(DatasetPath, ListCommits),
    responses((status = 200, description = "A page of commits, newest first", body = CommitList))
)]
pub async fn list_commits(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<ListCommits>,
) -> Result<Json<CommitList>> {
    let limit = query.limit.unwrap_or(DEFAULT_COMMITS).clamp(1, MAX_COMMITS);
    let from = set.snapshot(query.cursor.as_deref().or(query.rev.as_deref())).await?;
    let log = first_parents(&state, &set, &from, limit).await?;
    let next = log.last().filter(|_| log.len() == limit).and_then(|last| last.parents.first());
    let next = next.map(|parent| format!("{}:{}", parent.branch, parent.version));
    Ok(Json(CommitList { commits: log.into_iter().map(commit_view).collect(), next }))
}

/// A commit and its ancestors along first parents: from the catalog in one query if it has all of them, and otherwise from
/// the store, commit by commit.
pub(crate) async fn first_parents(
    state: &AppState,
    set: &OpenDataset,
    from: &Snapshot,
    limit: usize,
) -> Result<Vec<CommitInfo>> {
    let at = from.at();
    let known = state.catalog.log(set.info.uuid, &at.branch, at.version, limit as u32).await?;
    if known.first().is_some_and(|first| first.at.id == at.id) {
        let whole = known.len() == limit || known.last().is_some_and(|last| last.parents.is_empty());
        if whole {
            return Ok(known);
        }
    }
    let mut log = vec![CommitInfo::from(from)];
    while log.len() < limit
        && let Some(parent) = log.last().and_then(|last| last.parents.first())
    {
        let parent = set.dataset.at(&parent.clone()).await?;
        log.push(CommitInfo::from(&parent));
    }
    Ok(log)
}
