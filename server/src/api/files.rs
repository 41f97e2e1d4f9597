//! Downloads by signed link, if the store is a directory, or a bucket that clients can't reach.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::{Binary, Query};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
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
/// The signature replaces authentication. Request a new plan before the links expire.
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
    crate::api::objects::send(&state, &store, &path, false, &method, &headers).await
}
