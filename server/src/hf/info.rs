//! Describes a repository: revision and files.

use axum::Json;
use axum::extract::{Path, State};
use chrono::SecondsFormat;
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::Visibility;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::refusal::Refusal;
use super::repo::{README, Repo, RepoAt};
use super::revision::RepoRevision;
use super::tree::{CONCURRENCY, Entry, entry, is_true};
use crate::api::{DatasetPath, Query};
use crate::state::AppState;

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
    /// The length in bytes, with `blobs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    /// An id of the content, 40 hex digits, with `blobs`.
    #[serde(rename = "blobId", skip_serializing_if = "Option::is_none")]
    blob_id: Option<String>,
}

/// How to describe a repository.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct InfoQuery {
    /// Include the length and id of each file; false by default.
    #[param(value_type = Option<bool>)]
    blobs: Option<String>,
}

/// Describe a repository at the head of its default branch
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}",
    tag = "hugging face",
    params(DatasetPath, InfoQuery),
    responses((status = 200, description = "The repository", body = RepoInfo))
)]
pub async fn info(
    State(state): State<AppState>,
    repo: Repo,
    Query(query): Query<InfoQuery>,
) -> Result<Json<RepoInfo>, Refusal> {
    describe(&state, &repo.at("main").await?, &query).await
}

/// Describe a repository at a revision
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/revision/{rev}",
    tag = "hugging face",
    params(RepoRevision, InfoQuery),
    responses((status = 200, description = "The repository", body = RepoInfo))
)]
pub async fn info_at(
    State(state): State<AppState>,
    repo: Repo,
    Path(path): Path<RepoRevision>,
    Query(query): Query<InfoQuery>,
) -> Result<Json<RepoInfo>, Refusal> {
    describe(&state, &repo.at(&path.rev).await?, &query).await
}

/// The files; their lengths are only known once they are prepared.
async fn siblings(at: &RepoAt, with_sizes: bool) -> Result<Vec<Sibling>, Refusal> {
    let names = std::iter::once(README).chain(at.plan.files().map(|(name, _)| name));
    if !with_sizes {
        let plain = |name: &str| Sibling { rfilename: name.to_owned(), size: None, blob_id: None };
        return Ok(names.map(plain).collect());
    }
    let reads: Vec<_> = names.map(|name| entry(at, name, false)).collect();
    let entries: Vec<_> = stream::iter(reads).buffered(CONCURRENCY).try_collect().await?;
    let sized =
        |entry: Entry| Sibling { rfilename: entry.path, size: Some(entry.size), blob_id: Some(entry.oid) };
    Ok(entries.into_iter().flatten().map(sized).collect())
}

async fn describe(state: &AppState, at: &RepoAt, query: &InfoQuery) -> Result<Json<RepoInfo>, Refusal> {
    let info = &at.repo.set.info;
    let commit = at.snapshot.commit();
    let card_data = state.cards.get(&state.catalog.card(info.uuid).await?).await.json();
    let tags = card_data.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
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
        siblings: siblings(at, is_true(&query.blobs)).await?,
        used_storage: commit.counts.bytes,
    }))
}
