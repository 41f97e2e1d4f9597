//! Values: add a column, replace values of columns.
//!
//! Only the columns that are named are written, and only in the fragments that hold the rows: a relabelled row
//! costs a file of one fragment's labels, never a picture. What was replaced is noted with the file (a *patch*:
//! the commit's nonce, the columns, the rows), so that two writers, and two branches, are told apart row by row.

mod add;
mod place;
mod replace;

use hub_schema::{BranchName, Feature, RowId};

use crate::commit::{Author, Committed};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::read::Snapshot;
use crate::sample::Value;

/// New values of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnValues {
    /// The column's name.
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

impl Dataset {
    /// Adds a column; rows that `values` does not name hold null. Beside the new column's, `values` may give
    /// those of its facts (`<name>.width`), where it is a media column.
    ///
    /// # Errors
    /// The name is taken; a row never was in this branch; a value does not fit.
    pub async fn add_column(
        &self,
        branch: &BranchName,
        author: &Author,
        name: &str,
        feature: Feature,
        values: &[ColumnValues],
    ) -> Result<Committed> {
        self.commit(branch, author, &add::AddColumn { dataset: self, branch, name, feature, values }).await
    }

    /// Replaces values of columns. `base` is the revision that the caller looked at: others may have written
    /// since, but not these values of these rows. Whoever replaces a media column gives its facts too.
    ///
    /// # Errors
    /// [`crate::Conflict::Values`] and [`crate::Conflict::DeletedAndChanged`]; a value does not fit.
    pub async fn replace_values(
        &self,
        branch: &BranchName,
        author: &Author,
        values: &[ColumnValues],
        base: &Snapshot,
    ) -> Result<Committed> {
        self.commit(branch, author, &replace::Replace { dataset: self, branch, values, base }).await
    }
}
