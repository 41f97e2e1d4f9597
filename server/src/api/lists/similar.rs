//! Rows that are similar to one.

use axum::Json;
use axum::extract::State;
use hub_schema::api::SimilarRows;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::similar::{self as views, SimilarTo};

const DEFAULT_ROWS: usize = 50;
const MAX_ROWS: usize = 1000;

/// Which row, and what to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SimilarQuery {
    /// The row's id (`0123456789:42`), or its position in the revision.
    row: String,
    /// A column of vectors of floats, such as an embedding; not needed if there is only one.
    column: Option<String>,
    /// How many rows to find, 50 by default and 1,000 at most; greater values are clamped.
    k: Option<usize>,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Only rows for which this SQL condition holds.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// Only rows of this split.
    split: Option<String>,
}

/// Find the rows most similar to one
///
/// By the cosine between their vectors, exactly: all rows are compared.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/similar",
    tag = "rows",
    params(DatasetPath, SimilarQuery),
    responses((status = 200, description = "The rows", body = SimilarRows))
)]
pub async fn similar(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<SimilarQuery>,
) -> Result<Json<SimilarRows>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let of = SimilarTo {
        row: &query.row,
        column: query.column.as_deref(),
        k: query.k.unwrap_or(DEFAULT_ROWS).clamp(1, MAX_ROWS),
        filter: query.filter.as_deref(),
        split: query.split.as_deref(),
    };
    views::similar(&state, &set, &snapshot, of).await.map(Json)
}
