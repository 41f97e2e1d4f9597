//! The place of a row in a list.

use axum::Json;
use axum::extract::State;
use hub_schema::api::RankView;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::listing::{ListOf, Listing};
use crate::views::position::{id_at, position_of};

/// Which row, and which list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RankQuery {
    /// The row's id (`0123456789:42`), or its position in the revision.
    row: String,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// The list has only rows for which this SQL condition holds.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// The list has only rows of this split.
    split: Option<String>,
    /// The order of the list, as for a page of rows.
    sort: Option<String>,
}

/// Get the place of a row in a list
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rank",
    tag = "rows",
    params(DatasetPath, RankQuery),
    responses((status = 200, description = "The row's rank", body = RankView))
)]
pub async fn rank(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<RankQuery>,
) -> Result<Json<RankView>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let position = position_of(&snapshot, &query.row).await?;
    let of = ListOf {
        split: query.split.as_deref(),
        filter: query.filter.as_deref(),
        sort: query.sort.as_deref(),
    };
    let list = Listing::new(&state, &set, &snapshot, of).await?;
    Ok(Json(RankView {
        at: snapshot.at().into(),
        row_id: id_at(&snapshot, position).await?.to_string(),
        position,
        rank: list.rank(position),
        total: list.count(),
    }))
}
