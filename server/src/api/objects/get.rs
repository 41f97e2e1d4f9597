//! Downloads an object.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use bytes::Bytes;
use hub_dataset::Store;

use super::Object;
use crate::api::Binary;
use crate::auth::CachedReadable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::ObjectPath;
use crate::store::object::send::{self, Keep, Source};

/// Download an object
///
/// Range requests are supported. Objects named by their hash have it as entity tag and never change.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/objects/{*path}",
    tag = "objects",
    params(Object),
    responses(
        (status = 200, description = "The object", content(
            (Binary = "application/vnd.apache.parquet"),
            (Object = "application/json"),
            (String = "text/plain"),
            (Binary = "application/octet-stream"),
        )),
        (status = 206, description = "The requested range", content(
            (Binary = "application/vnd.apache.parquet"),
            (Binary = "application/json"),
            (Binary = "text/plain"),
            (Binary = "application/octet-stream"),
        )),
        (status = 304, description = "Not modified"),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    CachedReadable(set): CachedReadable,
    Path(object): Path<Object>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let path = object.parse()?;
    send(&state, set.dataset.store(), &path, set.is_public(), &method, &headers).await
}

/// Sends an object of a store.
pub(crate) async fn send(
    state: &AppState,
    store: &Store,
    path: &ObjectPath,
    public: bool,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response> {
    let at = path.path();
    let missing = || Problem::not_found(format!("object '{at}'"));
    let (source, size_bytes, etag, modified) = match path.hash() {
        Some(hash) => {
            let (source, size_bytes, modified) = match store.local_file(&at) {
                Some(file) => {
                    let file = state.files.open(file).await?.ok_or_else(missing)?;
                    let (size_bytes, modified) = (file.size_bytes(), file.modified());
                    (Source::File(file), size_bytes, modified)
                }
                None => {
                    let there = store.head(&at).await?.ok_or_else(missing)?;
                    (Source::Stored(store, &at), there.size_bytes, Some(there.modified))
                }
            };
            (source, size_bytes, Some(format!("\"{hash}\"")), modified)
        }
        // Small objects that are not named by their hash: it is computed for the entity tag.
        None if method == Method::GET => {
            let content = store.get(&at).await?.ok_or_else(missing)?;
            let etag = format!("\"{}\"", blake3::hash(&content).to_hex());
            (Source::Memory(content.clone()), content.len() as u64, Some(etag), None)
        }
        None => {
            let there = store.head(&at).await?.ok_or_else(missing)?;
            (Source::Memory(Bytes::new()), there.size_bytes, None, Some(there.modified))
        }
    };
    let keep = match path {
        ObjectPath::Hub | ObjectPath::Hint(_) | ObjectPath::Tag(_) | ObjectPath::Run(..) => Keep::Ask,
        _ => Keep::Forever,
    };
    let media_type = path.media_type();
    let object = send::Object { source, size_bytes, etag, media_type, keep, modified, public };
    object.send(method, headers, &state.metrics.sent_bytes).await
}
