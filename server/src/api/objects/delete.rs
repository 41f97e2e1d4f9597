//! Removes a tag or a file of a run, the kinds of objects that a client may remove.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use hub_dataset::layout::{self, RunFile};
use serde_json::json;

use super::Object;
use crate::auth::Writable;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::object::ObjectPath;

/// Remove a tag or a file of a run
///
/// Only these can be removed this way; the commit is kept. Files that no commit references are removed by a garbage
/// collection.
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}/objects/{*path}",
    tag = "objects",
    params(Object),
    responses((status = 204, description = "It was removed"))
)]
pub async fn delete(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(object): Path<Object>,
) -> Result<StatusCode> {
    match object.parse()? {
        ObjectPath::Tag(name) => {
            set.dataset.delete_tag(&name).await?;
            crate::api::record::tag_removed(&state, &set, &name).await;
        }
        ObjectPath::Run(id, file) => {
            set.dataset.store().delete(&layout::run(&id, file)).await?;
            if file == RunFile::Record {
                crate::api::record::audit(&state, &set, "run.delete", json!({ "run": id })).await;
            }
        }
        _ => return Err(Problem::new(Kind::ReadOnly, "only tags and runs can be removed")),
    }
    Ok(StatusCode::NO_CONTENT)
}
