//! The data sets that hold rows of a concept.

use axum::Json;
use axum::extract::{Path, State};
use hub_catalog::Error as CatalogError;
use serde::Serialize;
use utoipa::ToSchema;

use super::{CountView, SynsetPath, SynsetView};
use crate::api::revisions::At;
use crate::auth::Caller;
use crate::problem::Result;
use crate::state::AppState;

/// Data sets that hold rows of a concept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SynsetDatasets {
    /// The concept.
    synset: SynsetView,
    /// The data sets, by branch and label column.
    datasets: Vec<SynsetDataset>,
}

/// A label column of a data set that holds rows of a concept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SynsetDataset {
    /// The data set.
    dataset: String,
    /// The revision that was counted.
    at: At,
    /// The label column.
    column: String,
    /// The rows.
    count: CountView,
}

/// The data sets with a concept
///
/// Of those that the caller may see, as far as they are indexed; a question about a revision indexes it.
#[utoipa::path(
    get,
    path = "/api/v1/synsets/{id}/datasets",
    tag = "synsets",
    params(SynsetPath),
    responses((status = 200, description = "The data sets", body = SynsetDatasets))
)]
pub async fn datasets(
    State(state): State<AppState>,
    caller: Caller,
    Path(path): Path<SynsetPath>,
) -> Result<Json<SynsetDatasets>> {
    let synset = path.synset()?;
    let viewer = caller.viewer();
    let mut datasets = Vec::new();
    for found in state.labels.datasets_with(synset.id()).await? {
        let info = match state.catalog.dataset_by_uuid(found.dataset).await {
            Ok(info) if info.deleted.is_none() => info,
            Ok(_) | Err(CatalogError::NotFound { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        match state.catalog.see_dataset(&info.name, &viewer).await {
            Ok(_) => datasets.push(SynsetDataset {
                dataset: info.name.to_string(),
                at: (&found.at).into(),
                column: found.column,
                count: found.count.into(),
            }),
            Err(CatalogError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(SynsetDatasets { synset: synset.into(), datasets }))
}
