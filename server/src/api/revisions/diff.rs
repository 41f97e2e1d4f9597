//! The difference between two revisions.

use axum::Json;
use hub_schema::RowId;
use hub_schema::api::{ChangedRow, DiffView};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result, internal};
use crate::views::changes::diff_values;

/// Listed rows of each kind by default.
const DEFAULT_ROWS: usize = 100;
/// Maximum listed rows of each kind.
const MAX_ROWS: usize = 10_000;
/// Maximum rows on a page of values.
const MAX_VALUES: usize = 1000;

/// Which revisions to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DiffQuery {
    /// The revision to compare from: a branch, tag, `branch:version` or commit.
    from: String,
    /// The revision to compare to; the default branch if missing.
    to: Option<String>,
    /// Listed rows of each kind, 100 by default and 10,000 at most (with `values` 1,000); greater values are clamped.
    limit: Option<usize>,
    /// `true` gives the old and the new values of changed rows too, and what became what how often.
    #[serde(default)]
    values: bool,
    /// Of these values, only those of this column.
    column: Option<String>,
    /// `next` of the previous page of values.
    cursor: Option<String>,
}

/// Compare two revisions
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/diff",
    tag = "revisions",
    params(DatasetPath, DiffQuery),
    responses((status = 200, description = "The difference", body = DiffView))
)]
pub async fn diff(Readable(set): Readable, Query(query): Query<DiffQuery>) -> Result<Json<DiffView>> {
    let from = set.snapshot(Some(&query.from)).await?;
    let to = set.snapshot(query.to.as_deref()).await?;
    let limit = query.limit.unwrap_or(DEFAULT_ROWS).min(MAX_ROWS);
    let diff = from.diff(&to).await?;
    let values = match query.values {
        false => None,
        true => {
            let skip = query.cursor.as_deref().map(|text| text.parse().map_err(|_| text)).transpose();
            let wrong =
                |text| Problem::bad_request(format!("cursor={text}: expected `next` of the page before"));
            let page = (skip.map_err(wrong)?.unwrap_or(0), limit.clamp(1, MAX_VALUES));
            if let Some(column) = &query.column {
                to.schema().column(column)?;
            }
            Some(diff_values(&set, (&from, &to), &diff, query.column.as_deref(), page).await?)
        }
    };
    let changed_rows = diff.changed_rows().take(limit).map(|(row, columns)| ChangedRow {
        row_id: row.to_string(),
        columns: columns.into_iter().map(str::to_owned).collect(),
    });
    let ids = |rows: Vec<RowId>| rows.iter().map(ToString::to_string).collect();
    Ok(Json(DiffView {
        from: from.at().into(),
        to: to.at().into(),
        added: diff.added,
        removed: diff.removed,
        changed: diff.changed,
        changed_by_column: diff.changed_by_column.clone(),
        columns: serde_json::to_value(&diff.columns).map_err(|e| internal(&e))?,
        added_rows: ids(diff.added_rows().take(limit).collect()),
        removed_rows: ids(diff.removed_rows().take(limit).collect()),
        changed_rows: changed_rows.collect(),
        values,
    }))
}
