//! Aborts an upload.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Upload;
use crate::auth::Writable;
use crate::problem::Result;
use crate::state::AppState;
use crate::store::object::upload;

/// Abort an upload
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}/uploads/{id}",
    tag = "objects",
    params(Upload),
    responses((status = 204, description = "The received parts were removed"))
)]
pub async fn abort(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(path): Path<Upload>,
) -> Result<StatusCode> {
    let user = set.caller.user()?.id.to_string();
    let info = upload::find(&state.root, &path.id, set.info.uuid, &user).await?;
    upload::discard(&state.root, &info).await?;
    Ok(StatusCode::NO_CONTENT)
}
