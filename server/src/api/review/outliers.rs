//! Pictures that stand out.

use axum::Json;
use axum::extract::State;
use hub_schema::api::OutlierList;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::review::lists::outlier_list;

/// Rows on a page by default, and at most.
const ROWS: (usize, usize) = (100, 1000);

/// Which outliers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OutliersQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// The column of images; by default the first.
    column: Option<String>,
    /// `true` lists rows too that were answered with `keep`.
    #[serde(default)]
    kept: bool,
    /// Skip this many.
    #[serde(default)]
    offset: u64,
    /// Rows on the page, 100 by default and 1,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List pictures that stand out
///
/// Those that can't be decoded (`damaged`), have one colour (`blank`), are grey among coloured ones (`grey`), far smaller
/// than the others (`tiny`), or far wider than high or the other way round (`extreme`). The pictures of a revision are read
/// once, in the background: until that is done, the answer says how far it is (`scan`), and has no rows.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/outliers",
    tag = "review",
    params(DatasetPath, OutliersQuery),
    responses((status = 200, description = "A page of rows", body = OutlierList))
)]
pub async fn outliers(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<OutliersQuery>,
) -> Result<Json<OutlierList>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let page = (query.offset, query.limit.unwrap_or(ROWS.0).clamp(1, ROWS.1));
    outlier_list(&state, &set, &snapshot, query.column.as_deref(), query.kept, page).await.map(Json)
}
