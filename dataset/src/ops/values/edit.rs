//! An edit of values, as it is given.

use hub_schema::{Feature, RowId};

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

/// What one commit does to the values of a data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValueEdit {
    /// Columns to add, with their types. Rows without a value hold null.
    pub new_columns: Vec<(String, Feature)>,
    /// Class names to append to the label columns of these names.
    pub new_classes: Vec<(String, Vec<String>)>,
    /// Values of new and of existing columns. With a media column, its facts (`<name>.width`) are given too.
    pub values: Vec<ColumnValues>,
    /// Rows to delete. Those that are deleted already are passed over.
    pub deleted: Vec<RowId>,
}
