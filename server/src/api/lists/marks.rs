//! The values along a list.

use axum::Json;
use axum::extract::State;
use hub_schema::api::MarkList;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::listing::{ListOf, Listing};
use crate::views::marks as along;

/// Distances between marks by default: a mark at each 2 %.
const DEFAULT_PARTS: u64 = 50;
/// The most distances between marks.
const MAX_PARTS: u64 = 1000;

/// Which list, and how many marks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MarksQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// The list has only rows for which this SQL condition holds.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// The list has only rows of this split.
    split: Option<String>,
    /// The order of the list, as for a page of rows.
    sort: Option<String>,
    /// Into how many equal parts the marks divide the list, 50 by default and 1,000 at most; greater values are clamped.
    parts: Option<u64>,
}

/// Get the values along a list
///
/// The value that the list is sorted by, of the first row, of the last, and at equal distances between them.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/marks",
    tag = "rows",
    params(DatasetPath, MarksQuery),
    responses((status = 200, description = "The marks", body = MarkList))
)]
pub async fn marks(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<MarksQuery>,
) -> Result<Json<MarkList>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let of = ListOf {
        split: query.split.as_deref(),
        filter: query.filter.as_deref(),
        sort: query.sort.as_deref(),
    };
    let list = Listing::new(&state, &set, &snapshot, of).await?;
    let parts = query.parts.unwrap_or(DEFAULT_PARTS).clamp(1, MAX_PARTS);
    let marks = along::marks(&snapshot, &list, query.sort.as_deref(), parts).await?;
    Ok(Json(MarkList { at: snapshot.at().into(), total: list.count(), marks }))
}
