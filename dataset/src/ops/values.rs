//! Values: add a column, replace values of columns.

use hub_schema::{BranchName, Feature, RowId};

use crate::commit::{Author, Committed};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::read::Snapshot;
use crate::sample::Value;

/// New values of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnValues {
    /// The column's name.
    pub column: String,
    /// A value for each of some rows.
    pub values: Vec<(RowId, Value)>,
}

impl Dataset {
    /// Adds a column; rows that `values` does not name hold null. `values` may also give the facts of a new
    /// media column.
    pub async fn add_column(
        &self,
        _branch: &BranchName,
        _author: &Author,
        _name: &str,
        _feature: Feature,
        _values: &[ColumnValues],
    ) -> Result<Committed> {
        Err(Error::damaged("add column", "not built yet"))
    }

    /// Replaces values of columns. `base` is the revision that the caller looked at.
    pub async fn replace_values(
        &self,
        _branch: &BranchName,
        _author: &Author,
        _values: &[ColumnValues],
        _base: &Snapshot,
    ) -> Result<Committed> {
        Err(Error::damaged("replace values", "not built yet"))
    }
}
