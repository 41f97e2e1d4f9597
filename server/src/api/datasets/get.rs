//! Gets one data set.

use axum::Json;
use axum::extract::State;
use hub_schema::api::DatasetPage;

use super::view::view;
use crate::api::DatasetPath;
use crate::auth::Readable;
use crate::problem::{Kind, Result};
use crate::state::AppState;
use crate::views::commit_view::commit_view;

/// Get a data set
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}",
    tag = "data sets",
    params(DatasetPath),
    responses((status = 200, description = "The data set", body = DatasetPage))
)]
pub async fn get(State(state): State<AppState>, Readable(set): Readable) -> Result<Json<DatasetPage>> {
    let card = state.catalog.card(set.info.uuid).await?;
    let role = set.caller.role(&state.catalog, set.info.name.namespace()).await?;
    let head = match set.snapshot(None).await {
        Ok(head) => Some(commit_view((&head).into())),
        Err(problem) if problem.kind == Kind::NotFound => None,
        Err(problem) => return Err(problem),
    };
    let mut dataset = view(set.info);
    if let Some(head) = &head {
        (dataset.rows, dataset.size_bytes) = (head.rows, head.size_bytes);
    }
    Ok(Json(DatasetPage { dataset, card, head, role }))
}
