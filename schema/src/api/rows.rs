//! Rows as JSON, one page per request.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::commits::At;
use super::revisions::ColumnView;

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowList {
    /// The revision that was read.
    pub at: At,
    /// Total number of rows for this split and filter, over all pages.
    pub total: u64,
    /// The columns of `rows`, in order.
    pub columns: Vec<ColumnView>,
    /// The rows, in the order of `sort`, else by position.
    pub rows: Vec<RowView>,
    /// Send it as `offset` to get the next page; null on the last page.
    pub next: Option<u64>,
}

/// A row with its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowView {
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// The row's id, `fragment:offset`, which stays the same in every revision.
    pub row_id: String,
    /// The row's split; null if it has none.
    pub split: Option<String>,
    /// The values by column name.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub values: Map<String, Value>,
}
