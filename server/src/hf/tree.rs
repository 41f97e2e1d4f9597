//! Lists the files of a revision, with their lengths.
//!
//! Lengths are those of assembled files, which must be prepared to know them, so pages are short.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

use super::blob::{blob_of, find_blob};
use super::refusal::Refusal;
use super::repo::{README, Repo, RepoAt, base_url, sizes_of};
use super::revision::RepoRevision;
use crate::api::Query;
use crate::state::AppState;

/// Maximum files on a page.
const MAX_ENTRIES: usize = 100;

/// Files that are prepared concurrently.
pub(super) const CONCURRENCY: usize = 4;

/// The folder of the Parquet files.
const DATA: &str = "data";

/// Which files are to be listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct TreeQuery {
    /// Include files in folders; false by default.
    #[param(value_type = Option<bool>)]
    recursive: Option<String>,
    /// Include the last commit of each entry; false by default.
    #[param(value_type = Option<bool>)]
    expand: Option<String>,
    /// Only paths that sort after this one; set in the `Link` to the next page.
    cursor: Option<String>,
    /// Entries on the page, 100 at most; greater values are clamped.
    limit: Option<usize>,
}

/// A file or folder of a repository.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The kind: `file` or `directory`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// An id of the content, 40 hex digits.
    pub(super) oid: String,
    /// The length in bytes; 0 for a folder.
    pub(super) size: u64,
    /// The path in the repository.
    pub(super) path: String,
    /// The revision's commit, if requested with `expand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_commit: Option<LastCommit>,
}

/// A commit, in a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastCommit {
    /// The first 40 hex digits of the commit's id.
    id: String,
    /// The first line of the commit's message.
    title: String,
    /// Time of the commit, UTC.
    date: String,
}

/// A path in a revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TreePath {
    /// The data set's namespace.
    #[serde(rename = "ns")]
    pub _ns: String,
    /// The data set's name in its namespace.
    #[serde(rename = "name")]
    pub _name: String,
    /// A branch, a tag, or at least eight hex digits of a commit's id.
    pub rev: String,
    /// The path of a file or folder.
    pub path: String,
}

/// List the files of a revision
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/tree/{rev}",
    tag = "hugging face",
    params(RepoRevision, TreeQuery),
    responses((status = 200, description = "A page of files and folders; `Link` leads to the next", body = Vec<Entry>))
)]
pub async fn tree(
    State(state): State<AppState>,
    repo: Repo,
    Path(path): Path<RepoRevision>,
    Query(query): Query<TreeQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let at = repo.at(&path.rev).await?;
    let url =
        format!("{}/hf/api/datasets/{}/tree/{}", base_url(&state, &headers), at.repo.set.info.name, at.sha);
    let recursive = is_true(&query.recursive);
    let mut paths: Vec<&str> = at.plan.files().map(|(path, _)| path).filter(|_| recursive).collect();
    paths.extend([DATA, README]);
    paths.sort_unstable();
    page(&at, paths, &query, &url).await
}

/// List the files below a path
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/tree/{rev}/{*path}",
    tag = "hugging face",
    params(TreePath, TreeQuery),
    responses((status = 200, description = "A page of files and folders; `Link` leads to the next", body = Vec<Entry>))
)]
pub async fn tree_below(
    State(state): State<AppState>,
    repo: Repo,
    Path(path): Path<TreePath>,
    Query(query): Query<TreeQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let at = repo.at(&path.rev).await?;
    let below = path.path.trim_end_matches('/');
    let name = &at.repo.set.info.name;
    let url = format!("{}/hf/api/datasets/{name}/tree/{}/{below}", base_url(&state, &headers), at.sha);
    let sample = format!("{below}/sample");
    let paths = match below {
        DATA => at.plan.files().map(|(path, _)| path).collect(),
        README => vec![README],
        _ if at.plan.shard(below).is_some() => vec![below],
        _ if blob_of(below).is_some() => vec![below],
        _ if blob_of(&sample).is_some() => vec![sample.as_str()],
        _ => return Err(at.no_entry(below)),
    };
    page(&at, paths, &query, &url).await
}

/// Parses a flag; these clients write `True`.
pub(super) fn is_true(value: &Option<String>) -> bool {
    value.as_ref().is_some_and(|v| v.eq_ignore_ascii_case("true") || v == "1")
}

async fn page(at: &RepoAt, paths: Vec<&str>, query: &TreeQuery, url: &str) -> Result<Response, Refusal> {
    let limit = query.limit.unwrap_or(MAX_ENTRIES).clamp(1, MAX_ENTRIES);
    let is_after = |path: &&str| query.cursor.as_ref().is_none_or(|cursor| *path > cursor.as_str());
    let mut paths: Vec<&str> = paths.into_iter().filter(is_after).take(limit + 1).collect();
    let more = paths.len() > limit;
    paths.truncate(limit);
    let last = paths.last().copied().unwrap_or_default().to_owned();
    let expand = is_true(&query.expand);
    let reads: Vec<_> = paths.into_iter().map(|path| entry(at, path, expand)).collect();
    let entries: Vec<Option<Entry>> = stream::iter(reads).buffered(CONCURRENCY).try_collect().await?;
    let entries: Vec<Entry> = entries.into_iter().flatten().collect();
    let mut response = Json(entries).into_response();
    if more {
        let mut next = form_urlencoded::Serializer::new(String::new());
        next.append_pair("cursor", &last);
        for (name, value) in [("recursive", &query.recursive), ("expand", &query.expand)] {
            if is_true(value) {
                next.append_pair(name, "true");
            }
        }
        next.append_pair("limit", &limit.to_string());
        let link = format!("<{url}?{}>; rel=\"next\"", next.finish());
        if let Ok(link) = link.parse() {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

/// The file or folder at a path; `None` if there is none.
pub(super) async fn entry(at: &RepoAt, path: &str, expand: bool) -> Result<Option<Entry>, Refusal> {
    let commit = at.snapshot.commit();
    let last_commit = expand.then(|| LastCommit {
        id: at.sha.clone(),
        title: commit.message.lines().next().map_or_else(|| commit.operation.describe(), str::to_owned),
        date: commit.time.to_rfc3339_opts(SecondsFormat::Millis, true),
    });
    let mut entry = Entry { kind: "file", oid: String::new(), size: 0, path: path.to_owned(), last_commit };
    if path == DATA {
        entry.kind = "directory";
        entry.oid = at.sha.clone();
        return Ok(Some(entry));
    }
    let sizes = match at.plan.shard(path) {
        Some(shard) => at.sizes(path, shard).await?,
        None if path == README => sizes_of(at.readme().await?.as_bytes()),
        None => {
            let Some((_, sizes)) = find_blob(at, path).await? else { return Ok(None) };
            sizes
        }
    };
    (entry.size, entry.oid) = (sizes.size_bytes, sizes.etag);
    Ok(Some(entry))
}
