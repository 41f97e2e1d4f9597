//! Lists the commits of a repository.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use hub_catalog::CommitInfo;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::refusal::Refusal;
use super::repo::{Repo, base_url, sha_of};
use super::revision::RepoRevision;
use crate::api::Query;
use crate::api::revisions::first_parents;
use crate::state::AppState;

/// Maximum commits on a page.
const MAX_COMMITS: usize = 100;

/// Which commits to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct CommitsQuery {
    /// Set in the `Link` to the next page: where it begins.
    cursor: Option<String>,
    /// Commits on the page, 100 at most; greater values are clamped.
    limit: Option<usize>,
}

/// A commit of a repository.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepoCommit {
    /// The first 40 hex digits of the commit's id.
    id: String,
    /// The first line of the message; what the commit does, if it has none.
    title: String,
    /// The rest of the message.
    message: String,
    /// Time of the commit, UTC.
    date: String,
    /// The author.
    authors: Vec<CommitAuthor>,
}

/// The author of a commit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitAuthor {
    /// The author's name.
    user: String,
}

impl From<CommitInfo> for RepoCommit {
    fn from(info: CommitInfo) -> Self {
        let (title, message) = info.message.split_once('\n').unwrap_or((&info.message, ""));
        let title = if title.is_empty() { info.operation.describe() } else { title.to_owned() };
        Self {
            id: sha_of(info.at.id),
            title,
            message: message.trim_start_matches('\n').to_owned(),
            date: info.time.to_rfc3339_opts(SecondsFormat::Millis, true),
            authors: vec![CommitAuthor { user: info.author }],
        }
    }
}

/// List the commits of a repository, newest first
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/commits/{rev}",
    tag = "hugging face",
    params(RepoRevision, CommitsQuery),
    responses((status = 200, description = "A page of commits; `Link` leads to the next", body = Vec<RepoCommit>))
)]
pub async fn commits(
    State(state): State<AppState>,
    repo: Repo,
    Path(path): Path<RepoRevision>,
    Query(query): Query<CommitsQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let limit = query.limit.unwrap_or(MAX_COMMITS).clamp(1, MAX_COMMITS);
    let from = repo.snapshot(query.cursor.as_deref().unwrap_or(&path.rev)).await?;
    let found = first_parents(&state, &repo.set, &from, limit).await?;
    let parent = found.last().filter(|_| found.len() == limit).and_then(|last| last.parents.first());
    let next = parent.map(|parent| {
        let base = base_url(&state, &headers);
        let cursor: String =
            url::form_urlencoded::byte_serialize(format!("{}:{}", parent.branch, parent.version).as_bytes())
                .collect();
        let rev: String = url::form_urlencoded::byte_serialize(path.rev.as_bytes()).collect();
        let name = &repo.set.info.name;
        format!("<{base}/hf/api/datasets/{name}/commits/{rev}?cursor={cursor}&limit={limit}>; rel=\"next\"")
    });
    let mut response = Json(found.into_iter().map(RepoCommit::from).collect::<Vec<_>>()).into_response();
    if let Some(link) = next.and_then(|link| link.parse().ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
