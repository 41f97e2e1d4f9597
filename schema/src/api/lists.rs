//! A row among the rows of a list: its rank, its neighbours, and the values along the list.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commits::At;
use super::revisions::ColumnView;
use super::rows::RowView;

/// One row, and its place in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowPage {
    /// The revision that was read.
    pub at: At,
    /// The columns of the row, in order.
    pub columns: Vec<ColumnView>,
    /// The row.
    pub row: RowView,
    /// Number of rows in the list.
    pub total: u64,
    /// The row's place in the list, counted from 0; null if the list doesn't have it.
    pub rank: Option<u64>,
    /// The row before it; null at the beginning.
    pub previous: Option<Neighbour>,
    /// The row after it; null at the end.
    pub next: Option<Neighbour>,
}

/// A row before or after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Neighbour {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// The place in the list, counted from 0.
    pub rank: u64,
}

/// The place of a row in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RankView {
    /// The revision that was read.
    pub at: At,
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// The place in the list, counted from 0; null if the list doesn't have the row.
    pub rank: Option<u64>,
    /// Number of rows in the list.
    pub total: u64,
}

/// The values along a list, at equal distances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarkList {
    /// The revision that was read.
    pub at: At,
    /// Number of rows in the list.
    pub total: u64,
    /// The marks, from the first row to the last.
    pub marks: Vec<Mark>,
}

/// The value of one row of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mark {
    /// The place in the list, counted from 0.
    pub rank: u64,
    /// The value that the list is sorted by: a class as its name, a list as its length; without `sort`, and in a random
    /// order, the row's position.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub value: Value,
}
