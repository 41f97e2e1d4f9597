//! Restores a deleted data set.

use axum::Json;
use axum::extract::{Path, State};
use hub_catalog::Role;
use hub_schema::api::DatasetView;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use uuid::Uuid;

use super::view::view;
use crate::api::record;
use crate::auth::{Address, SignedIn};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::work::task::to_the_end;

/// A deleted data set in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DeletedPath {
    /// The id of the data set.
    #[param(value_type = String, format = "uuid")]
    uuid: Uuid,
}

/// Restore a deleted data set
///
/// Only for owners of its namespace, who find its id in the list of deleted data sets (`deleted=true`).
#[utoipa::path(
    post,
    path = "/api/v1/deleted/{uuid}/restore",
    tag = "data sets",
    params(DeletedPath),
    responses((status = 200, description = "The restored data set", body = DatasetView))
)]
pub async fn restore(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    address: Address,
    Path(path): Path<DeletedPath>,
) -> Result<Json<DatasetView>> {
    let user = caller.user()?.name.clone();
    let missing = || Problem::not_found(format!("deleted data set {}", path.uuid));
    let info = state.catalog.dataset_by_uuid(path.uuid).await.map_err(|error| match error {
        hub_catalog::Error::NotFound { .. } => missing(),
        other => other.into(),
    })?;
    match caller.role(&state.catalog, info.name.namespace()).await? {
        // One that was restored already is given as it is, for callers who repeat the request.
        Some(Role::Owner) => {}
        Some(Role::Reader | Role::Writer) => {
            return Err(caller.forbidden(&state.catalog, info.name.namespace(), Role::Owner).await?);
        }
        _ => return Err(missing()),
    }
    to_the_end(async move {
        let was_deleted = info.deleted.is_some();
        let info = state.catalog.restore_dataset(info.uuid).await?;
        state.faults.point("restored in the catalog").await;
        super::finish_soon(&state, &info).await;
        state.datasets.forget(&info).await;
        if was_deleted {
            let name = info.name.to_string();
            record::entry(&state, &user, &address.0, "dataset.restore", name, json!({})).await;
        }
        Ok(Json(view(info)))
    })
    .await
}
