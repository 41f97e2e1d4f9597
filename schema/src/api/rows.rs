//! Rows as JSON, a page at a time.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::revisions::{At, ColumnView};

/// Rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowList {
    /// The revision.
    pub at: At,
    /// How many rows there are in all, for this split and filter.
    pub total: u64,
    /// The columns, in order.
    pub columns: Vec<ColumnView>,
    /// The rows.
    pub rows: Vec<RowView>,
    /// What to give as `offset` to go on; null at the end.
    pub next: Option<u64>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowView {
    /// Its place among the rows of the revision, counted from 0.
    pub position: u64,
    /// Its id, `fragment:offset`, which stays the same in every revision.
    pub row_id: String,
    /// Its split; null where it has none.
    pub split: Option<String>,
    /// Its values, by column.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub values: Map<String, Value>,
}
