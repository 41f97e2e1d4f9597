//! New values, as they are given.

use hub_schema::RowId;

use crate::sample::Value;

/// New values of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnValues {
    /// The name of the column whose values are replaced.
    pub column: String,
    /// A value for each of some rows; the last counts where a row is named twice.
    pub values: Vec<(RowId, Value)>,
}

impl ColumnValues {
    /// Values of the column `column`.
    pub fn new(column: impl Into<String>, values: Vec<(RowId, Value)>) -> Self {
        Self { column: column.into(), values }
    }
}
