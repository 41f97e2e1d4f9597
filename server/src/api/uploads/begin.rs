//! Begins or resumes an upload.

use axum::Json;
use axum::extract::State;
use hub_schema::api::{BeginUpload, OpenUpload};
use uuid::Uuid;

use crate::api::{Body, DatasetPath};
use crate::auth::Writable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::upload::{self, UploadInfo};
use crate::store::object::{ObjectPath, body, touch};

/// Begin or resume a multipart upload
///
/// A request with the same path and length by the same user resumes the upload.
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/uploads",
    tag = "objects",
    params(DatasetPath),
    request_body = BeginUpload,
    responses((status = 200, description = "The upload, and the received parts", body = OpenUpload))
)]
pub async fn begin(
    State(state): State<AppState>,
    Writable(set): Writable,
    Body(begin): Body<BeginUpload>,
) -> Result<Json<OpenUpload>> {
    let object = ObjectPath::parse(&begin.path).filter(|object| object.hash().is_some());
    let object = object
        .ok_or_else(|| Problem::invalid(format!("'{}' is not in data/, blobs/ or manifests/", begin.path)))?;
    let most = object.most_bytes(state.config.object_bytes);
    if begin.size_bytes > most {
        return Err(body::too_large(most));
    }
    let part_bytes = state.config.part_bytes;
    if touch::touch(set.dataset.store(), &object.path(), Some(begin.size_bytes)).await? {
        return Ok(Json(OpenUpload { id: None, part_bytes, received: Vec::new(), stored: true }));
    }
    let info = UploadInfo {
        dataset: set.info.uuid,
        location: set.info.location.clone(),
        path: object.path(),
        size_bytes: begin.size_bytes,
        part_bytes,
        user: set.caller.user()?.id.to_string(),
        multipart: None,
        attempt: Uuid::nil(),
    };
    let begun = upload::begin(&state.root, info, part_bytes).await?;
    Ok(Json(OpenUpload {
        id: Some(begun.id),
        part_bytes: begun.info.part_bytes,
        received: begun.received,
        stored: false,
    }))
}
