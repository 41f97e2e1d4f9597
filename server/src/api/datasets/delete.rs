//! Deletes a data set, so that it can be restored for a while.

use axum::Json;
use axum::extract::State;
use chrono::Utc;
use hub_schema::api::Deleted;
use serde_json::json;

use crate::api::{DatasetPath, record};
use crate::auth::Owned;
use crate::problem::Result;
use crate::state::AppState;

/// Delete a data set
///
/// The name is free at once. The data set can be restored until `purged`.
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}",
    tag = "data sets",
    params(DatasetPath),
    responses((status = 200, description = "The data set was deleted", body = Deleted))
)]
pub async fn delete(State(state): State<AppState>, Owned(set): Owned) -> Result<Json<Deleted>> {
    let info = state.catalog.delete_dataset(set.info.uuid).await?;
    state.catalog.write_about(info.uuid, set.dataset.store()).await?;
    state.datasets.forget(&set.info).await;
    record::audit(&state, &set, "dataset.delete", json!({ "uuid": info.uuid })).await;
    let purged = info.deleted.unwrap_or_else(Utc::now) + state.config.delete_grace;
    Ok(Json(Deleted { uuid: info.uuid, purged }))
}
