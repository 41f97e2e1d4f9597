//! Lists the branches and tags of a repository.

use axum::Json;
use axum::extract::Query;
use hub_schema::{BranchName, CommitId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::refusal::Refusal;
use super::repo::{Repo, sha_of};
use super::tree::is_true;
use crate::api::DatasetPath;
use crate::problem::Problem;

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct RefsQuery {
    /// Include pull requests, of which there are none; false by default.
    #[param(value_type = Option<bool>)]
    include_prs: Option<String>,
}

/// The branches and tags of a repository.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepoRefs {
    /// The branches.
    branches: Vec<GitRef>,
    /// Always empty: there are no converted copies.
    converts: Vec<GitRef>,
    /// The tags.
    tags: Vec<GitRef>,
    /// Always empty, and only if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_requests: Option<Vec<GitRef>>,
}

/// A branch or a tag.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GitRef {
    /// The name.
    name: String,
    /// The name as in Git: `refs/heads/main`, `refs/tags/v1`.
    #[serde(rename = "ref")]
    full: String,
    /// The first 40 hex digits of the commit's id.
    target_commit: String,
}

impl GitRef {
    fn new(folder: &str, name: &BranchName, commit: CommitId) -> Self {
        Self { name: name.to_string(), full: format!("refs/{folder}/{name}"), target_commit: sha_of(commit) }
    }
}

/// List the branches and tags of a repository
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/refs",
    tag = "hugging face",
    params(DatasetPath, RefsQuery),
    responses((status = 200, description = "Branches and tags", body = RepoRefs))
)]
pub async fn refs(repo: Repo, query: Query<RefsQuery>) -> Result<Json<RepoRefs>, Refusal> {
    let dataset = &repo.set.dataset;
    let problem = |error: hub_dataset::Error| Refusal::from(Problem::from(error));
    let mut branches = Vec::new();
    for name in dataset.branches().await.map_err(problem)? {
        if let Some(head) = dataset.head(&name).await.map_err(problem)? {
            branches.push(GitRef::new("heads", &name, head.at().id));
        }
    }
    let mut tags = Vec::new();
    for name in dataset.tags().await.map_err(problem)? {
        if let Some(tag) = dataset.tag(&name).await.map_err(problem)? {
            tags.push(GitRef::new("tags", &name, tag.commit.id));
        }
    }
    let wants_requests = is_true(&query.include_prs);
    Ok(Json(RepoRefs { branches, converts: Vec::new(), tags, pull_requests: wants_requests.then(Vec::new) }))
}
