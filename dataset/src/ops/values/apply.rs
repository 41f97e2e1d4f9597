//! Commits new values.

use hub_schema::{BranchName, Feature};

use super::edit::{ColumnValues, ValueEdit};
use super::write::WriteValues;
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
        let new_columns = vec![(name.to_owned(), feature)];
        let edit = ValueEdit { new_columns, values: values.to_vec(), ..ValueEdit::default() };
        self.commit(branch, author, &WriteValues { dataset: self, branch, edit: &edit, base: None }).await
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
        let edit = ValueEdit { values: values.to_vec(), ..ValueEdit::default() };
        self.edit_values(branch, author, &edit, base).await
    }

    /// Adds columns and classes, and writes values of new and existing columns, all in one commit. `base` is the revision
    /// that the caller read, as for [`replace_values`](Self::replace_values).
    ///
    /// # Errors
    /// Those of [`add_column`](Self::add_column) and [`replace_values`](Self::replace_values);
    /// [`crate::Error::SchemaMoved`] if the classes of a column changed that is to get new ones.
    pub async fn edit_values(
        &self,
        branch: &BranchName,
        author: &Author,
        edit: &ValueEdit,
        base: &Snapshot,
    ) -> Result<Committed> {
        self.commit(branch, author, &WriteValues { dataset: self, branch, edit, base: Some(base) }).await
    }
}
