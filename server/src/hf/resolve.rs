//! Downloads a file of a repository.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use hub_dataset::layout;

use super::blob::find_blob;
use super::refusal::{REPO_COMMIT, Refusal};
use super::repo::{README, Repo, sizes_of};
use super::tree::TreePath;
use super::whole::Sizes;
use crate::api::Binary;
use crate::problem::internal;
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};

/// Download a file
///
/// Range requests are supported. If the revision is a commit's id, the bytes never change.
#[utoipa::path(
    get,
    path = "/hf/datasets/{ns}/{name}/resolve/{rev}/{*path}",
    tag = "hugging face",
    params(TreePath),
    responses(
        (status = 200, description = "The file", content((Binary = "application/vnd.apache.parquet"), (Binary = "text/markdown"), (Binary = "application/octet-stream"))),
        (status = 206, description = "The requested range", content((Binary = "application/vnd.apache.parquet"), (Binary = "text/markdown"), (Binary = "application/octet-stream"))),
        (status = 304, description = "Not modified"),
    )
)]
pub async fn resolve(
    State(state): State<AppState>,
    repo: Repo,
    Path(wanted): Path<TreePath>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let at = repo.at(&wanted.rev).await?;
    let path = wanted.path.as_str();
    let public = at.repo.set.is_public();
    let send = async |source: Source<'_>, sizes: Sizes, media_type: &str| {
        let object = Object {
            source,
            size_bytes: sizes.size_bytes,
            etag: Some(format!("\"{}\"", sizes.etag)),
            media_type,
            keep: Keep::Ask,
            modified: None,
            public,
        };
        object.send(&method, &headers, &state.metrics.sent_bytes).await
    };
    let mut response = if path == README {
        let readme = at.readme().await?;
        let sizes = sizes_of(readme.as_bytes());
        send(Source::Memory(readme.into()), sizes, "text/markdown; charset=utf-8").await?
    } else if let Some(shard) = at.plan.shard(path) {
        let file = at.file(shard).await?;
        let sizes = Sizes { size_bytes: file.recipe().size_bytes(), etag: file.recipe().etag().to_owned() };
        send(Source::Assembled(&file), sizes, "application/vnd.apache.parquet").await?
    } else if let Some((hash, sizes)) = find_blob(&at, path).await? {
        let store = at.repo.set.dataset.store();
        send(Source::Stored(store, &layout::blob(hash)), sizes, "application/octet-stream").await?
    } else {
        return Err(at.no_entry(path));
    };
    let sha = HeaderValue::from_str(&at.sha).map_err(|error| internal(&error))?;
    response.headers_mut().insert(REPO_COMMIT, sha);
    Ok(response)
}
