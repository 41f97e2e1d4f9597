//! Removes a tag, the only kind of object that a client may remove.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Object;
use crate::auth::Writable;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::object::ObjectPath;

/// Remove a tag
///
/// Only tags can be removed this way; the commit is kept. Files that no commit references are removed by a garbage
/// collection.
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}/objects/{*path}",
    tag = "objects",
    params(Object),
    responses((status = 204, description = "The tag was removed"))
)]
pub async fn delete(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(object): Path<Object>,
) -> Result<StatusCode> {
    let ObjectPath::Tag(name) = object.parse()? else {
        return Err(Problem::new(Kind::ReadOnly, "only tags can be removed"));
    };
    set.dataset.delete_tag(&name).await?;
    crate::api::record::tag_removed(&state, &set, &name).await;
    Ok(StatusCode::NO_CONTENT)
}
