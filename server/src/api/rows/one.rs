//! One row, and its place in a list.

use axum::Json;
use axum::extract::{Path, State};
use hub_dataset::Snapshot;
use hub_schema::api::{ColumnView, Neighbour, RowPage};
use serde::Deserialize;
use utoipa::IntoParams;

use super::ValueLength;
use crate::api::Query;
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::average_colours;
use crate::views::listing::{ListOf, Listing};
use crate::views::position::{id_at, position_of};
use crate::views::rows::{read, shown_columns};

/// A row in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RowPath {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// The row's id (`0123456789:42`), or its position in the revision.
    row: String,
}

/// Which columns of the row, and which list it is looked for in.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OneRow {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Names of columns, separated by commas; by default all columns except media metadata.
    columns: Option<String>,
    /// The list has only rows for which this SQL condition holds.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// The list has only rows of this split.
    split: Option<String>,
    /// The order of the list, as for a page of rows.
    sort: Option<String>,
    /// `thin` leaves out polygons, masks and tensors, and cuts texts after 200 characters.
    #[param(inline)]
    values: Option<ValueLength>,
}

/// Get one row, with its place and neighbours in a list
///
/// `where`, `split` and `sort` are those of the list from which the row was opened; the row need not be in it.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}",
    tag = "rows",
    params(RowPath, OneRow),
    responses((status = 200, description = "The row", body = RowPage))
)]
pub async fn one(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<RowPath>,
    Query(query): Query<OneRow>,
) -> Result<Json<RowPage>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let shown = shown_columns(&snapshot, query.columns.as_deref())?;
    let position = position_of(&snapshot, &path.row).await?;
    let of = ListOf {
        split: query.split.as_deref(),
        filter: query.filter.as_deref(),
        sort: query.sort.as_deref(),
    };
    let list = Listing::new(&state, &set, &snapshot, of).await?;
    let length = query.values.unwrap_or_default().into();
    let mut rows = read(&set.info.name, &snapshot, &shown, &[position], length).await?;
    average_colours::add(&state, &snapshot, &shown, &mut rows).await;
    let row = rows.pop();
    let row = row.ok_or_else(|| Problem::not_found(format!("row '{}'", path.row)))?;
    let rank = list.rank(position);
    let before = rank.and_then(|rank| rank.checked_sub(1));
    Ok(Json(RowPage {
        at: snapshot.at().into(),
        columns: shown.iter().map(|field| ColumnView::new(snapshot.schema(), field)).collect(),
        row,
        total: list.count(),
        rank,
        previous: neighbour(&snapshot, &list, before).await?,
        next: neighbour(&snapshot, &list, rank.map(|rank| rank + 1)).await?,
    }))
}

async fn neighbour(snapshot: &Snapshot, list: &Listing, rank: Option<u64>) -> Result<Option<Neighbour>> {
    let Some((rank, position)) = rank.and_then(|rank| Some((rank, list.at(rank)?))) else { return Ok(None) };
    let row_id = id_at(snapshot, position).await?.to_string();
    Ok(Some(Neighbour { row_id, position, rank }))
}
