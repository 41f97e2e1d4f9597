//! Rows that others changed since the base of an edit, with both values.

use hub_dataset::ops::row_edits::RowConflict;
use hub_dataset::sample::extract;
use hub_dataset::{Error as DatasetError, Snapshot};
use hub_schema::RowId;
use hub_schema::api::RowConflictView;
use serde_json::Value as Json;

use super::values::{Length, on_page};
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result};

/// Rows that a refusal lists; of more only the number is told.
const LISTED: usize = 1000;

/// The refusal of an edit, with the rows and their values in the base and in the head.
pub async fn refusal(
    set: &OpenDataset,
    base: &Snapshot,
    head: &Snapshot,
    conflicts: &[RowConflict],
) -> Result<Problem> {
    let mut views = Vec::with_capacity(conflicts.len().min(LISTED));
    for conflict in conflicts.iter().take(LISTED) {
        let (base, now) = match &conflict.column {
            Some(column) => {
                (value(set, base, conflict.row, column).await?, value(set, head, conflict.row, column).await?)
            }
            None => (Json::Null, Json::Null),
        };
        let row_id = conflict.row.to_string();
        views.push(RowConflictView {
            row_id,
            column: conflict.column.clone(),
            gone: conflict.is_gone,
            base,
            now,
        });
    }
    let rows: std::collections::BTreeSet<RowId> = conflicts.iter().map(|conflict| conflict.row).collect();
    let some = match rows.len() {
        1 => "1 row was".to_owned(),
        rows => format!("{rows} rows were"),
    };
    let detail = format!(
        "{some} changed by others since the base, or never had the value that was given as `was`; nothing was committed. \
         `conflicts` lists them: send the changes again with a newer base, or with these rows in `leave_out`"
    );
    Ok(Problem { conflicts: views, ..Problem::new(Kind::Conflict, detail) })
}

/// The value of a row in a revision; null where it has none.
pub async fn value(set: &OpenDataset, snapshot: &Snapshot, row: RowId, column: &str) -> Result<Json> {
    let index = snapshot.index().await?;
    let (Some(place), Some(field)) = (index.of_row(row), snapshot.schema().find(column)) else {
        return Ok(Json::Null);
    };
    if index.position(place).is_none() || field.feature.is_file() || field.feature.is_bulky() {
        return Ok(Json::Null);
    }
    let batch = snapshot.read_places(&[place], &[field]).await?;
    let open = |hash, bytes| snapshot.blob(hash, bytes);
    let values = extract::column(&field.name, &field.feature, batch.column(0), &open);
    let values =
        values.map_err(|source| DatasetError::Extract { path: set.info.name.to_string(), source })?;
    let url = super::rows::cell_url(&set.info.name, snapshot, &row.to_string(), column);
    values.first().map_or(Ok(Json::Null), |value| on_page(&field.feature, value, &url, Length::Whole))
}
