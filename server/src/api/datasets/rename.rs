//! Renames a data set.

use axum::Json;
use axum::extract::State;
use hub_catalog::{DatasetInfo, Role};
use hub_schema::DatasetName;
use hub_schema::api::{DatasetView, RenameDataset};
use serde_json::json;

use super::view::view;
use crate::api::{Body, DatasetPath, record};
use crate::auth::{DatasetEntry, OwnedEntry};
use crate::problem::{Kind, Problem, Result, chain};
use crate::state::AppState;
use crate::store::finish;
use crate::work::task::to_the_end;

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
    OwnedEntry(entry): OwnedEntry,
    Body(wanted): Body<RenameDataset>,
) -> Result<Json<DatasetView>> {
    let to = wanted.to;
    entry.caller.need(&state.catalog, to.namespace(), Role::Owner).await?;
    if !state.catalog.name_is_free(&to).await? {
        return Err(Problem::new(Kind::Conflict, format!("data set '{to}' exists already")));
    }
    to_the_end(async move {
        // A change before this one may have to move the folder still.
        finish(&state.catalog, &state.root, &entry.info).await?;
        let location = new_location(&state, &entry.info, &to).await?;
        let info = state.catalog.rename_dataset(entry.info.uuid, &to, &location).await?;
        state.faults.point("renamed in the catalog").await;
        match location == entry.info.location {
            // Only about.json is left to write.
            true => super::finish_soon(&state, &info).await,
            false => move_or_undo(&state, &entry.info, &info).await?,
        }
        state.faults.point("renamed in the store").await;
        state.datasets.forget(&entry.info).await;
        record::on_dataset(&state, &entry, "dataset.rename", json!({ "to": to })).await;
        if to.namespace() != entry.info.name.namespace() {
            // The owners of the other namespace see it too.
            let moved = DatasetEntry { info: info.clone(), ..entry.clone() };
            record::on_dataset(&state, &moved, "dataset.rename", json!({ "from": entry.info.name })).await;
        }
        Ok(Json(view(info)))
    })
    .await
}

/// The location under the new name. On a disk the folder is moved there, so that the data set can be found by name without
/// a server. In a bucket, where moving would be copying, the location stays.
async fn new_location(state: &AppState, info: &DatasetInfo, to: &DatasetName) -> Result<String> {
    if state.root.directory(&info.location).is_none() {
        return Ok(info.location.clone());
    }
    let location = state.catalog.free_location(to, info.uuid).await?;
    let folder = state.root.directory(&location);
    if location != info.location && folder.is_some_and(|folder| folder.exists()) {
        let detail = "the store has files at the new location that are not in the catalog; run `hub reindex`";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    Ok(location)
}

/// Moves the folder; gives the data set its old name again if that fails.
async fn move_or_undo(state: &AppState, old: &DatasetInfo, new: &DatasetInfo) -> Result<()> {
    let Err(error) = finish(&state.catalog, &state.root, new).await else { return Ok(()) };
    let undone = state.catalog.rename_dataset(old.uuid, &old.name, &old.location).await;
    match undone {
        Ok(info) => super::finish_soon(state, &info).await,
        Err(undo) => {
            tracing::warn!(error = chain(&undo), "a rename that failed was not undone; it is finished later")
        }
    }
    Err(error.into())
}
