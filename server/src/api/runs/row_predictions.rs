//! What runs predicted of one row.

use axum::Json;
use axum::extract::State;
use hub_schema::api::RowPredictions;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::predictions as views;

/// Which row, and which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowPredictionsQuery {
    /// The row's id (`0123456789:42`), or its position in the revision.
    row: String,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Only this run: an id, a part of it that no other has, the name of a model (its newest run), or `last`.
    run: Option<String>,
}

/// List what runs predicted of a row
///
/// Of the 20 newest runs those that evaluated the row, at most eight; of runs of the same model on the same rows only the
/// newest. Each has its five most probable classes, with the class of the data set that each of them means. Of a run on
/// boxes there is one prediction a box, which is found again in the revision by its coordinates; boxes that are gone or
/// were changed have none.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/predictions",
    tag = "runs",
    params(DatasetPath, RowPredictionsQuery),
    responses((status = 200, description = "The predictions", body = RowPredictions))
)]
pub async fn row_predictions(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<RowPredictionsQuery>,
) -> Result<Json<RowPredictions>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    views::row_predictions(&state, &set, &snapshot, &query.row, query.run.as_deref()).await.map(Json)
}
