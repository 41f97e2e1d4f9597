//! Describes files and folders by path.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header;
use serde::Deserialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::repo::Repo;
use super::revision::RepoRevision;
use super::tree::{Entry, entry};
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::object::body;

/// Maximum paths in a request.
const MAX_PATHS: usize = 1000;

/// Which paths to describe.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PathsInfoRequest {
    /// Paths of files and folders in the repository; 1,000 at most.
    paths: Vec<String>,
    /// Include the last commit of each; false by default.
    #[serde(default)]
    expand: bool,
}

/// Describe files and folders by path
///
/// Paths that don't exist are left out. The body is a form or JSON.
#[utoipa::path(
    post,
    path = "/hf/api/datasets/{ns}/{name}/paths-info/{rev}",
    tag = "hugging face",
    params(RepoRevision),
    request_body(content((PathsInfoRequest = "application/x-www-form-urlencoded"), (PathsInfoRequest = "application/json"))),
    responses((status = 200, description = "The files and folders that exist", body = Vec<Entry>))
)]
pub async fn paths_info(
    State(state): State<AppState>,
    repo: Repo,
    Path(path): Path<RepoRevision>,
    request: Request,
) -> Result<Json<Vec<Entry>>, Refusal> {
    let wanted = read(&state, request).await?;
    if wanted.paths.len() > MAX_PATHS {
        let detail = format!("expected at most {MAX_PATHS} paths in one request");
        return Err(Problem::invalid(detail).into());
    }
    let at = repo.at(&path.rev).await?;
    let mut found = Vec::with_capacity(wanted.paths.len());
    for path in &wanted.paths {
        found.extend(entry(&at, path.trim_matches('/'), wanted.expand).await?);
    }
    Ok(Json(found))
}

async fn read(state: &AppState, request: Request) -> Result<PathsInfoRequest, Problem> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = media_type.is_some_and(|value| value.starts_with("application/json"));
    let (parts, body) = request.into_parts();
    let body = body::small(&parts.extensions, body, state.config.json_bytes, state.config.idle).await?;
    if is_json {
        return serde_json::from_slice(&body).map_err(|e| Problem::bad_request(format!("the body: {e}")));
    }
    let mut wanted = PathsInfoRequest::default();
    for (name, value) in form_urlencoded::parse(&body) {
        match name.as_ref() {
            "paths" => wanted.paths.push(value.into_owned()),
            "expand" => wanted.expand = value.eq_ignore_ascii_case("true"),
            _ => {}
        }
    }
    Ok(wanted)
}
