//! Rows as JSON, one page per request.

use axum::Json;
use axum::extract::State;
use hub_schema::api::{ColumnView, RowList};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::average_colours;
use crate::views::listing::{ListOf, Listing};
use crate::views::position::position_of;
use crate::views::rows::{read, shown_columns};
use crate::views::values::Length;

/// Rows on a page, by default.
const DEFAULT_ROWS: usize = 50;
/// Maximum rows on a page.
const MAX_ROWS: usize = 1000;

/// Which rows and columns to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListRows {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Skip this many of the selected rows.
    #[serde(default)]
    offset: u64,
    /// Rows on the page, 50 by default and 1,000 at most; greater values are clamped.
    limit: Option<usize>,
    /// Names of columns, separated by commas; by default all columns except media metadata.
    columns: Option<String>,
    /// Only rows for which this SQL condition holds: `isa(label, 'dog.n.01') AND image.width >= 256`.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// Only rows of this split.
    split: Option<String>,
    /// The order: `score`, `-score` (the greatest first), `image.width`, `random:7` (drawn from the seed 7); by default by
    /// position. Rows of equal values stand in the order of their positions, those without a value come last.
    sort: Option<String>,
    /// Only these rows, in this order: ids or positions, separated by commas, 1,000 at most. Not together with `where`,
    /// `split`, `sort` and `offset`.
    ids: Option<String>,
    /// `thin` leaves out polygons, masks and tensors, and cuts texts after 200 characters, for a page of many rows.
    #[param(inline)]
    values: Option<ValueLength>,
}

/// How much of long values is sent.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ValueLength {
    /// Polygons, masks and tensors are left out, texts cut after 200 characters.
    Thin,
    /// Text over 16 KiB is cut, lists and structs over 1 MiB are left out.
    #[default]
    Whole,
}

impl From<ValueLength> for Length {
    fn from(length: ValueLength) -> Self {
        match length {
            ValueLength::Thin => Self::Thin,
            ValueLength::Whole => Self::Whole,
        }
    }
}

/// List rows as JSON
///
/// Values have the shape described in `docs/values.md`, with URLs in place of bytes. Text over 16 KiB is truncated
/// (`{"text", "truncated": true, "url", "size_bytes"}`), lists and structs over 1 MiB are left out
/// (`{"truncated": true, "url"}`). A page of long values ends early; continue with `next`.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows",
    tag = "rows",
    params(DatasetPath, ListRows),
    responses((status = 200, description = "A page of rows", body = RowList))
)]
pub async fn list(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<ListRows>,
) -> Result<Json<RowList>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let shown = shown_columns(&snapshot, query.columns.as_deref())?;
    let (total, positions) = match &query.ids {
        Some(ids) => {
            if query.filter.is_some() || query.split.is_some() || query.sort.is_some() || query.offset > 0 {
                return Err(Problem::bad_request(
                    "ids names the rows: it goes without where, split, sort and offset",
                ));
            }
            let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
            if ids.len() > MAX_ROWS {
                let found = ids.len();
                return Err(Problem::bad_request(format!(
                    "ids has {found} rows; expected {MAX_ROWS} at most"
                )));
            }
            let mut positions = Vec::with_capacity(ids.len());
            for id in ids {
                positions.push(position_of(&snapshot, id).await?);
            }
            (positions.len() as u64, positions)
        }
        None => {
            let of = ListOf {
                split: query.split.as_deref(),
                filter: query.filter.as_deref(),
                sort: query.sort.as_deref(),
            };
            let rows = Listing::new(&state, &set, &snapshot, of).await?;
            let limit = query.limit.unwrap_or(DEFAULT_ROWS).clamp(1, MAX_ROWS);
            (rows.count(), rows.page(query.offset, limit))
        }
    };
    let length = query.values.unwrap_or_default().into();
    let mut rows = read(&set.info.name, &snapshot, &shown, &positions, length).await?;
    average_colours::add(&state, &snapshot, &shown, &mut rows).await;
    let end = query.offset.saturating_add(rows.len() as u64);
    let schema = snapshot.schema();
    Ok(Json(RowList {
        at: snapshot.at().into(),
        total,
        columns: shown.iter().map(|field| ColumnView::new(schema, field)).collect(),
        next: (end < total && !rows.is_empty()).then_some(end),
        rows,
    }))
}
