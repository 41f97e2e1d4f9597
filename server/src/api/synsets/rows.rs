//! Lists the rows of a data set that are labelled with a synset.

use axum::Json;
use axum::extract::{Path, State};
use hub_schema::api::{SynsetRow, SynsetRowList};
use serde::Deserialize;
use utoipa::IntoParams;

use super::labels::{label_column, no_column, open};
use super::{SynsetPath, view};
use crate::api::Query;
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// Rows on a page, by default.
const DEFAULT_ROWS: usize = 50;
/// Maximum rows on a page.
const MAX_ROWS: usize = 1000;

/// Which rows to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SynsetRows {
    /// The data set's full name, `namespace/name`.
    dataset: String,
    /// The label column; not needed if the data set has only one.
    column: Option<String>,
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Only rows after this position: `next` of the previous page.
    after: Option<u64>,
    /// Rows on the page, 50 by default and 1,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List the rows of a synset
///
/// Lists the rows labelled with it or one of its hyponyms.
#[utoipa::path(
    get,
    path = "/api/v1/synsets/{id}/rows",
    tag = "synsets",
    params(SynsetPath, SynsetRows),
    responses((status = 200, description = "A page of rows", body = SynsetRowList))
)]
pub async fn rows(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Path(path): Path<SynsetPath>,
    Query(query): Query<SynsetRows>,
) -> Result<Json<SynsetRowList>> {
    let synset = path.synset()?;
    let (_, snapshot) = open(&state, caller, address, &query.dataset, query.rev.as_deref()).await?;
    let column = label_column(&snapshot, query.column.as_deref())?;
    let limit = query.limit.unwrap_or(DEFAULT_ROWS).clamp(1, MAX_ROWS);
    let labels = &state.labels;
    let count = labels.count(&snapshot, &column, synset.id()).await?.ok_or_else(no_column)?;
    // One more than the page, to know whether there is a next one.
    let page = labels.page(&snapshot, &column, synset.id(), query.after, limit + 1).await?;
    let mut positions = page.ok_or_else(no_column)?;
    let more = positions.len() > limit;
    positions.truncate(limit);
    let next = positions.last().copied().filter(|_| more);
    let index = snapshot.index().await?;
    let row = |position: u64| {
        let place = index.at(position)?;
        let row_id = index.fragments()[place.fragment].row_id(place.offset).to_string();
        Some(SynsetRow { position, row_id })
    };
    Ok(Json(SynsetRowList {
        synset: view::view(&synset),
        at: snapshot.at().into(),
        column: column.name(),
        count: view::count(count),
        rows: positions.into_iter().filter_map(row).collect(),
        next,
    }))
}
