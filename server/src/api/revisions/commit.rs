//! Gets one commit.

use axum::Json;
use axum::extract::Path;
use hub_schema::api::{CommitPage, LeftOut};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::Readable;
use crate::problem::Result;
use crate::views::commit_view::commit_view;

/// A commit in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CommitPath {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// A branch, tag, `branch:version` or commit.
    rev: String,
}

/// Get a commit
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/commits/{rev}",
    tag = "revisions",
    params(CommitPath),
    responses((status = 200, description = "The commit", body = CommitPage))
)]
pub async fn get_commit(Readable(set): Readable, Path(path): Path<CommitPath>) -> Result<Json<CommitPage>> {
    let snapshot = set.snapshot(Some(&path.rev)).await?;
    let commit = snapshot.commit();
    let left_out = commit.skipped.iter();
    let left_out = left_out.map(|s| LeftOut { place: s.place.clone(), problem: s.problem.clone() });
    Ok(Json(CommitPage {
        splits: commit.counts.splits.clone(),
        columns: commit.schema.names(),
        skipped: commit.counts.skipped,
        left_out: left_out.collect(),
        commit: commit_view((&snapshot).into()),
    }))
}
