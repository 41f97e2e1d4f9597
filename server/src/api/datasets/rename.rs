//! Renames a data set.

use axum::Json;
use axum::extract::State;
use hub_catalog::Role;
use hub_schema::DatasetName;
use hub_schema::api::{DatasetView, RenameDataset};
use serde_json::json;

use super::view::view;
use crate::api::{Body, DatasetPath, record};
use crate::auth::{OpenDataset, Owned};
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;

/// Rename a data set
///
/// The caller must own both namespaces. Id, history and signed links stay valid.
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/rename",
    tag = "data sets",
    params(DatasetPath),
    request_body = RenameDataset,
    responses((status = 200, description = "The changed data set", body = DatasetView))
)]
pub async fn rename(
    State(state): State<AppState>,
    Owned(set): Owned,
    Body(wanted): Body<RenameDataset>,
) -> Result<Json<DatasetView>> {
    let to = wanted.to;
    set.caller.need(&state.catalog, to.namespace(), Role::Owner).await?;
    if !state.catalog.name_is_free(&to).await? {
        return Err(Problem::new(Kind::Conflict, format!("data set '{to}' exists already")));
    }
    let location = moved(&state, &set, &to).await?;
    let renamed = state.catalog.rename_dataset(set.info.uuid, &to, &location).await;
    let info = match renamed {
        Ok(info) => info,
        Err(error) => {
            move_folder(&state, &location, &set.info.location).await?;
            return Err(error.into());
        }
    };
    state.datasets.forget(&set.info).await;
    state.catalog.write_about(info.uuid, &state.root.store(&location)?).await?;
    record::audit(&state, &set, "dataset.rename", json!({ "to": to })).await;
    Ok(Json(view(info)))
}

/// Moves the folder on a disk, so that the data set can be found by name without a server. In a bucket, where moving
/// would be copying, the location stays. Returns the location.
async fn moved(state: &AppState, set: &OpenDataset, to: &DatasetName) -> Result<String> {
    let from = &set.info.location;
    if state.root.directory(from).is_none() {
        return Ok(from.clone());
    }
    let location = state.catalog.free_location(to, set.info.uuid).await?;
    move_folder(state, from, &location).await?;
    Ok(location)
}

async fn move_folder(state: &AppState, from: &str, to: &str) -> Result<()> {
    let (Some(from), Some(to)) = (state.root.directory(from), state.root.directory(to)) else {
        return Ok(());
    };
    if from == to {
        return Ok(());
    }
    if to.exists() {
        let detail = "the store has files at the new location that are not in the catalog; run `hub reindex`";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let rename = move || {
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::rename(from, to)
    };
    tokio::task::spawn_blocking(rename).await.map_err(|e| internal(&e))?.map_err(|e| internal(&e))
}
