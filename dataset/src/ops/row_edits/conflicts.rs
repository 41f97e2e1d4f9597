//! The rows of an edit that others changed since its base.

use hub_schema::RowId;

use crate::error::Result;
use crate::ops::values::{ValueEdit, is_replaced};
use crate::read::Snapshot;

/// A row that can't be changed as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowConflict {
    /// Id of the row.
    pub row: RowId,
    /// The column whose value others replaced, or that was to be changed; `None` for a row that was to be removed and is
    /// gone.
    pub column: Option<String>,
    /// Whether the row is gone, rather than changed.
    pub is_gone: bool,
}

impl RowConflict {
    /// A row that is gone.
    pub fn gone(row: RowId, column: Option<&str>) -> Self {
        Self { row, column: column.map(str::to_owned), is_gone: true }
    }

    /// A row whose value is another than expected.
    pub fn changed(row: RowId, column: &str) -> Self {
        Self { row, column: Some(column.to_owned()), is_gone: false }
    }
}

/// The rows that an edit of `base` changes and that others have changed or deleted between it and `head`.
///
/// # Errors
/// A manifest can't be read; a column is missing in the base.
pub async fn conflicts(base: &Snapshot, head: &Snapshot, edit: &ValueEdit) -> Result<Vec<RowConflict>> {
    let (then, now) = (base.index().await?, head.index().await?);
    let is_gone = |row: RowId| now.of_row(row).is_none_or(|place| now.position(place).is_none());
    let mut found = Vec::new();
    for values in &edit.values {
        let field = base.schema().column(&values.column)?.id;
        for (row, _) in &values.values {
            if is_gone(*row) {
                found.push(RowConflict::gone(*row, Some(&values.column)));
            } else if is_replaced(then, now, field, *row) {
                found.push(RowConflict::changed(*row, &values.column));
            }
        }
    }
    for row in edit.deleted.iter().filter(|row| !is_gone(**row)) {
        let mut fields = head.schema().fields.iter();
        if let Some(field) = fields.find(|field| is_replaced(then, now, field.id, *row)) {
            found.push(RowConflict::changed(*row, &field.name));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
