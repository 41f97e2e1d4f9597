//! Stores an object. Storing a commit's object commits.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use hub_dataset::layout::RunFile;
use hub_schema::api::Stored;
use hub_schema::{BranchName, ContentHash, Role};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::Object;
use crate::api::{Binary, Query};
use crate::auth::{OpenDataset, Writable};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::object::commit::{self, Landed};
use crate::store::object::{ObjectPath, body, receive, touch};
use crate::work::task::to_the_end;

/// A body that isn't needed is read up to this length: many clients read the answer only after sending all of it.
const DRAINED_BYTES: u64 = 64 * 1024 * 1024;
/// Maximum bytes of a run's predictions, which are checked in memory: about four million samples.
const PREDICTIONS_BYTES: usize = 512 * 1024 * 1024;
/// Maximum bytes of a hint, tag or view.
const SMALL_BYTES: usize = 1024 * 1024;

/// Whether a data set is copied with its history.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// True if the commit, tag or view was made in another place and keeps its author. Needs an owner of the namespace.
    import: bool,
}

/// Store an object
///
/// * `data/`, `blobs/`, `manifests/`: the bytes are hashed while they are received; if the hash is not that of the
///   path, nothing is stored (`hash-mismatch`).
/// * `refs/<branch>/<version>.json`, `tags/<name>.json` and `views/<name>/<version>.json`: creates a commit, tag or
///   view; `If-None-Match: *` is required. Every file that a commit adds must exist. If the version exists, the answer
///   is `taken`; if the commit is invalid, `bad-commit`. The author must be the caller's name, or end with it in
///   parentheses; with `import=true`, an owner of the namespace may store commits, tags and views of others.
/// * `runs/<id>/…`: the files of a run; `If-None-Match: *` is required. Its `run.json` is stored last, and must fit the
///   stored predictions; its author is checked like a commit's.
/// * `refs/<branch>/hint`: the version at which the search for the newest one begins; optional.
#[utoipa::path(
    put,
    path = "/api/v1/datasets/{ns}/{name}/objects/{*path}",
    tag = "objects",
    params(Object, ImportQuery),
    request_body(content = Binary, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "Stored", body = Stored),
        (status = 200, description = "The object exists already", body = Stored),
    )
)]
pub async fn put(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(object): Path<Object>,
    Query(ImportQuery { import }): Query<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Stored>)> {
    let path = object.parse()?;
    if import {
        set.caller.need(&state.catalog, set.info.name.namespace(), Role::Owner).await?;
    }
    let only_if_new = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value == "*");
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    // A task of its own, which isn't cancelled when the client disconnects: otherwise a temporary file might be left,
    // or a commit be stored without the catalog.
    let work = async move {
        match (&path, path.hash()) {
            (_, Some(hash)) => put_hashed(&state, &set, &path, hash, length, body).await,
            (ObjectPath::Commit(branch, version), _) => {
                need_condition(only_if_new)?;
                let json = body::whole(body, state.config.commit_bytes, state.config.idle).await?;
                put_commit(&state, &set, import, (branch, *version), json).await
            }
            (ObjectPath::Tag(name), _) => {
                need_condition(only_if_new)?;
                let json = body::whole(body, SMALL_BYTES, state.config.idle).await?;
                let author = author(&set, import);
                let tag = commit::create_tag(&state.catalog, &set.dataset, author, name, json).await?;
                if let Some(tag) = &tag {
                    crate::api::record::tag(&state, &set, name, tag).await;
                }
                Ok(tag.is_some())
            }
            (ObjectPath::View(name, version), _) => {
                need_condition(only_if_new)?;
                let json = body::whole(body, SMALL_BYTES, state.config.idle).await?;
                let author = author(&set, import);
                commit::create_view(&state.catalog, &set.dataset, author, (name, *version), json).await
            }
            (ObjectPath::Run(id, file), _) => {
                need_condition(only_if_new)?;
                let most = match file {
                    RunFile::Record | RunFile::Plan => commit::RECORD_BYTES,
                    RunFile::Predictions | RunFile::Part(_) => PREDICTIONS_BYTES,
                };
                let content = body::whole(body, most, state.config.idle).await?;
                let author = author(&set, import);
                let stored = commit::create_run_file(&set.dataset, author, (id, *file), content).await?;
                if stored && *file == RunFile::Record {
                    crate::api::record::audit(&state, &set, "run.create", json!({ "run": id })).await;
                }
                Ok(stored)
            }
            (ObjectPath::Hint(branch), _) => {
                let hint = body::whole(body, SMALL_BYTES, state.config.idle).await?;
                put_hint(&set, branch, &hint).await
            }
            _ => Err(Problem::new(Kind::ReadOnly, "this object is written by the server only")),
        }
    };
    let stored = to_the_end(work).await?;
    let status = if stored { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Stored { stored })))
}

fn need_condition(only_if_new: bool) -> Result<()> {
    if only_if_new {
        return Ok(());
    }
    let detail = "a commit, tag, view or run can be created, but not replaced; send If-None-Match: *";
    Err(Problem::new(Kind::PreconditionRequired, detail))
}

async fn put_hashed(
    state: &AppState,
    set: &OpenDataset,
    path: &ObjectPath,
    hash: ContentHash,
    length: Option<u64>,
    body: Body,
) -> Result<bool> {
    let most = path.most_bytes(state.config.object_bytes);
    if length.is_some_and(|length| length > most) {
        return Err(body::too_large(most));
    }
    let store = set.dataset.store();
    let at = path.path();
    if touch::touch(store, &at, length).await? {
        if length.is_some_and(|length| length <= DRAINED_BYTES) {
            body::drain(body, DRAINED_BYTES, state.config.idle).await;
        }
        return Ok(false);
    }
    let parts = body::parts(body, most, state.config.idle);
    let bytes = receive::receive(store, &at, hash, parts, state.config.part_bytes as usize).await?;
    state.metrics.received_bytes.inc_by(bytes);
    Ok(true)
}

/// The only author that is accepted; `None` if those of another place are.
fn author(set: &OpenDataset, import: bool) -> Option<&str> {
    (!import).then(|| set.caller.name())
}

async fn put_commit(
    state: &AppState,
    set: &OpenDataset,
    import: bool,
    (branch, version): (&BranchName, u64),
    json: Bytes,
) -> Result<bool> {
    let author = author(set, import);
    let landed = commit::commit(&state.catalog, &set.dataset, author, branch, version, json).await?;
    crate::api::record::commit(state, set, landed.snapshot()).await;
    Ok(matches!(landed, Landed::New(_)))
}

/// Stores a hint if it names an existing version.
async fn put_hint(set: &OpenDataset, branch: &BranchName, hint: &Bytes) -> Result<bool> {
    let version = std::str::from_utf8(hint).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let version = version.ok_or_else(|| Problem::invalid("a hint must be the number of a version"))?;
    if set.dataset.store().head(&hub_dataset::layout::commit(branch, version)).await?.is_none() {
        return Err(Problem::invalid(format!("branch '{branch}' has no version {version}")));
    }
    set.dataset.write_hint(branch, version).await?;
    Ok(true)
}
