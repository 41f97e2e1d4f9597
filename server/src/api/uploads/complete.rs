//! Completes an upload.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hub_schema::api::Stored;

use super::Upload;
use crate::auth::Writable;
use crate::problem::Result;
use crate::state::AppState;
use crate::store::object::upload;
use crate::work::task::to_the_end;

/// Complete an upload
///
/// Joins the parts to the object, if their hash is that of its path; otherwise the upload is aborted
/// (`hash-mismatch`). If parts are missing, the answer names them (`conflict`).
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/uploads/{id}/complete",
    tag = "objects",
    params(Upload),
    responses((status = 201, description = "The object is stored", body = Stored))
)]
pub async fn complete(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(path): Path<Upload>,
) -> Result<(StatusCode, Json<Stored>)> {
    let user = set.caller.user()?.id.to_string();
    let info = upload::find(&state.root, &path.id, set.info.uuid, &user).await?;
    let work = async move { upload::complete(&state.root, &info).await };
    to_the_end(work).await?;
    Ok((StatusCode::CREATED, Json(Stored { stored: true })))
}
