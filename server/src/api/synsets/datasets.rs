//! Lists the data sets that have rows labelled with a synset.

use axum::Json;
use axum::extract::{Path, State};
use hub_catalog::Error as CatalogError;
use hub_schema::api::{SynsetDataset, SynsetDatasets};

use super::SynsetPath;
use super::view::{count, view};
use crate::auth::Caller;
use crate::problem::Result;
use crate::state::AppState;

/// List the data sets with rows of a synset
///
/// Lists data sets that the caller may see. Only indexed revisions are counted: commits are indexed when they are pushed,
/// others at the first label query.
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
                dataset: info.name,
                at: (&found.at).into(),
                column: found.column,
                count: count(found.count),
            }),
            Err(CatalogError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(SynsetDatasets { synset: view(&synset), datasets }))
}
