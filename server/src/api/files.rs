//! Downloads by signed link, if the store is a directory, or a bucket that clients can't reach.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::{Binary, Query};
use crate::config::Links;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::UrlSigner;
use crate::store::object::ObjectPath;

/// A file in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct File {
    /// The id of the data set.
    #[param(value_type = String, format = "uuid")]
    dataset: Uuid,
    /// The object's path below the data set's root.
    path: String,
}

/// The signature of a link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Signature {
    /// When the link expires, in seconds since 1970-01-01 UTC.
    exp: i64,
    /// The server's signature over data set, path and expiry.
    sig: String,
}

/// Download a file by a link of a scan plan
///
/// The signature replaces authentication. Request a new plan before the links expire. `GET` is redirected to the bucket,
/// unless clients can't reach it.
#[utoipa::path(
    get,
    path = "/files/{dataset}/{*path}",
    tag = "objects",
    params(File, Signature),
    responses(
        (status = 200, description = "The file", content(
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
        (status = 307, description = "The file is in a bucket, at `Location`"),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Path(file): Path<File>,
    Query(signature): Query<Signature>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    if !state.signer.verify(file.dataset, &file.path, signature.exp, &signature.sig) {
        return Err(Problem::new(
            Kind::BadSignature,
            "the link's signature is invalid or expired; request a new plan",
        ));
    }
    let missing = || Problem::not_found(format!("file '{}'", file.path));
    let path = ObjectPath::parse(&file.path).ok_or_else(missing)?;
    let store = state.datasets.store(&state.catalog, &state.root, file.dataset).await?.ok_or_else(missing)?;
    if method == Method::GET
        && state.config.links == Links::Store
        && let Some(url) = bucket_url(&state, &file, signature.exp).await?
    {
        return Ok(redirect(&url));
    }
    crate::api::objects::send(&state, &store, &path, false, &method, &headers).await
}

/// The link to the file in the bucket, valid as long as the one that was followed; `None` if the store is a directory.
async fn bucket_url(state: &AppState, file: &File, expires: i64) -> Result<Option<String>> {
    let info = state.catalog.dataset_by_uuid(file.dataset).await?;
    if state.root.directory(&info.location).is_some() {
        return Ok(None);
    }
    let expires = DateTime::from_timestamp(expires, 0).unwrap_or_else(Utc::now);
    let left = (expires - Utc::now()).to_std().unwrap_or_default().max(Duration::from_secs(1));
    let signer = UrlSigner {
        root: &state.root,
        signer: &state.signer,
        base_url: "",
        dataset: file.dataset,
        location: &info.location,
        links: Links::Store,
        good_for: left,
        expires,
    };
    signer.url(&file.path).await.map(Some)
}

/// A redirect that caches don't keep: the link in it expires.
fn redirect(url: &str) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Redirect::temporary(url)).into_response()
}
