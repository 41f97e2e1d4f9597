//! One commit.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::CommitView;
use crate::auth::Readable;
use crate::problem::Result;

/// A commit, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CommitPath {
    /// The namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in it.
    #[allow(dead_code)]
    name: String,
    /// A branch, tag, `branch:version` or commit.
    rev: String,
}

/// A commit, with all that it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitPage {
    #[serde(flatten)]
    commit: CommitView,
    /// Rows of each split; rows without one count under the empty name.
    splits: BTreeMap<String, u64>,
    /// The names of the columns.
    columns: Vec<String>,
    /// How many samples the push left out.
    skipped: u64,
    /// Some of them.
    left_out: Vec<LeftOut>,
}

/// A sample that a push left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOut {
    /// The file, and the place in it.
    place: String,
    /// What was wrong.
    problem: String,
}

/// A commit
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
        commit: CommitView::from(&snapshot),
    }))
}
