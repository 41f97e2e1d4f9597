//! Commits new values.

use hub_schema::{BranchName, Feature};

use super::column_values::ColumnValues;
use super::{add, replace};
use crate::author::Author;
use crate::commit::Committed;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::read::Snapshot;

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

    /// Replaces values of columns. `base` is the revision that the caller read: other writers may have
    /// committed since, but not to these values of these rows. With a media column its facts must be given too.
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
