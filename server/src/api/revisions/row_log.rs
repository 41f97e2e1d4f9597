//! The commits that touched a row.

use axum::Json;
use hub_schema::api::RowLogView;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::views::changes;
use crate::views::position::{id_at, parse_row_id, position_of};

/// Commits on a page by default.
const DEFAULT_COMMITS: usize = 50;
/// Maximum commits on a page.
const MAX_COMMITS: usize = 500;

/// Which row.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowLogQuery {
    /// The row's id (`0123456789:42`), or its position in the revision. A row that was removed has only its id.
    row: String,
    /// The revision that the log begins at: a branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// `next` of the previous page; with it, `row` must be the id.
    cursor: Option<String>,
    /// Commits on the page, 50 by default and 500 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List the commits that touched a row
///
/// Those that added it, replaced values of it, or removed it, with the old and the new values. A page may have fewer
/// commits than its limit, also none, where many commits didn't touch the row; continue with `next`.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/log",
    tag = "revisions",
    params(DatasetPath, RowLogQuery),
    responses((status = 200, description = "The commits, newest first", body = RowLogView))
)]
pub async fn row_log(Readable(set): Readable, Query(query): Query<RowLogQuery>) -> Result<Json<RowLogView>> {
    let snapshot = set.snapshot(query.cursor.as_deref().or(query.rev.as_deref())).await?;
    let row = match query.row.contains(':') {
        true => parse_row_id(&query.row).ok_or_else(|| Problem::not_found(format!("row '{}'", query.row)))?,
        false => id_at(&snapshot, position_of(&snapshot, &query.row).await?).await?,
    };
    let limit = query.limit.unwrap_or(DEFAULT_COMMITS).clamp(1, MAX_COMMITS);
    changes::row_log(&set, &snapshot, row, limit).await.map(Json)
}
