//! Describes a repository: revision and files.

use axum::Json;
use axum::extract::{Path, State};
use chrono::SecondsFormat;
use hub_schema::Visibility;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::card::front_matter;
use super::refusal::Refusal;
use super::repo::{README, Repo, RepoAt};
use crate::api::DatasetPath;
use crate::state::AppState;

/// A revision in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RepoRevision {
    /// The data set's namespace.
    #[serde(rename = "ns")]
    pub _ns: String,
    /// The data set's name in its namespace.
    #[serde(rename = "name")]
    pub _name: String,
    /// A branch, a tag, or at least eight hex digits of a commit's id.
    pub rev: String,
}

/// A data set as a Hugging Face repository.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepoInfo {
    /// The data set's full name, `namespace/name`.
    id: String,
    /// The data set's namespace.
    author: String,
    /// The revision: the first 40 hex digits of the commit's id.
    sha: String,
    /// Time of the data set's creation, UTC.
    created_at: String,
    /// Time of the commit, UTC.
    last_modified: String,
    /// True if only members of the namespace may see it.
    private: bool,
    /// Always false: everyone who may see it may read it.
    gated: bool,
    /// Always false.
    disabled: bool,
    /// Always 0: not counted.
    downloads: u64,
    /// Always 0: not counted.
    likes: u64,
    /// The `tags` of the card's front matter.
    tags: Vec<Value>,
    /// The card's front matter as JSON.
    #[schema(value_type = Object)]
    card_data: Map<String, Value>,
    /// The files of the revision.
    siblings: Vec<Sibling>,
    /// Total bytes of the revision's stored files.
    used_storage: u64,
}

/// A file of a repository.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sibling {
    /// The file's path in the repository.
    rfilename: String,
}

/// Describe a repository at the head of its default branch
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}",
    tag = "hugging face",
    params(DatasetPath),
    responses((status = 200, description = "The repository", body = RepoInfo))
)]
pub async fn info(State(state): State<AppState>, repo: Repo) -> Result<Json<RepoInfo>, Refusal> {
    describe(&state, &repo.at("main").await?).await
}

/// Describe a repository at a revision
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/revision/{rev}",
    tag = "hugging face",
    params(RepoRevision),
    responses((status = 200, description = "The repository", body = RepoInfo))
)]
pub async fn info_at(
    State(state): State<AppState>,
    repo: Repo,
    Path(path): Path<RepoRevision>,
) -> Result<Json<RepoInfo>, Refusal> {
    describe(&state, &repo.at(&path.rev).await?).await
}

async fn describe(state: &AppState, at: &RepoAt) -> Result<Json<RepoInfo>, Refusal> {
    let info = &at.repo.set.info;
    let commit = at.snapshot.commit();
    let card = state.catalog.card(info.uuid).await?;
    let card_data = front_matter(&card);
    let tags = card_data.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let names = std::iter::once(README).chain(at.plan.files().map(|(name, _)| name));
    let time = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
    Ok(Json(RepoInfo {
        id: info.name.to_string(),
        author: info.name.namespace().to_owned(),
        sha: at.sha.clone(),
        created_at: time(info.created),
        last_modified: time(commit.time),
        private: info.visibility == Visibility::Private,
        gated: false,
        disabled: false,
        downloads: 0,
        likes: 0,
        tags,
        card_data,
        siblings: names.map(|name| Sibling { rfilename: name.to_owned() }).collect(),
        used_storage: commit.counts.bytes,
    }))
}
