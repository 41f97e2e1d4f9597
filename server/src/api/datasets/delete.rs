//! Deletes a data set, so that it can be restored for a while.

use axum::Json;
use axum::extract::State;
use chrono::Utc;
use hub_schema::api::Deleted;
use serde_json::json;

use crate::api::{DatasetPath, record};
use crate::auth::OwnedEntry;
use crate::problem::Result;
use crate::state::AppState;
use crate::work::task::to_the_end;

/// Delete a data set
///
/// The name is free at once. The data set can be restored until `purged`. Works also if its files are missing.
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}",
    tag = "data sets",
    params(DatasetPath),
    responses((status = 200, description = "The data set was deleted", body = Deleted))
)]
pub async fn delete(State(state): State<AppState>, OwnedEntry(entry): OwnedEntry) -> Result<Json<Deleted>> {
    to_the_end(async move {
        let info = state.catalog.delete_dataset(entry.info.uuid).await?;
        state.faults.point("deleted in the catalog").await;
        super::finish_soon(&state, &info).await;
        state.datasets.forget(&entry.info).await;
        record::on_dataset(&state, &entry, "dataset.delete", json!({ "uuid": info.uuid })).await;
        let purged = info.deleted.unwrap_or_else(Utc::now) + state.config.delete_grace;
        Ok(Json(Deleted { uuid: info.uuid, purged }))
    })
    .await
}
