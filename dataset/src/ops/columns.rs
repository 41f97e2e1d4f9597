//! Drop and rename a column, and give its classes their synsets: only the commit changes.

use hub_schema::{BranchName, CommitCounts, LabelSynsets, Operation, Schema, SchemaError};
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::read::Snapshot;

impl Dataset {
    /// Drops a column and its facts. Earlier revisions keep it; compaction frees its space in later ones.
    pub async fn drop_column(&self, branch: &BranchName, author: &Author, column: &str) -> Result<Committed> {
        let operation = Operation::DropColumn { column: column.to_owned() };
        let edit = |schema: &mut Schema| schema.drop_column(column).map(drop);
        self.commit(branch, author, &EditSchema { dataset: self, branch, operation, edit }).await
    }

    /// Renames a column, and its facts with it.
    pub async fn rename_column(
        &self,
        branch: &BranchName,
        author: &Author,
        from: &str,
        to: &str,
    ) -> Result<Committed> {
        let operation = Operation::RenameColumn { from: from.to_owned(), to: to.to_owned() };
        let edit = |schema: &mut Schema| schema.rename_column(from, to).map(drop);
        self.commit(branch, author, &EditSchema { dataset: self, branch, operation, edit }).await
    }

    /// Gives classes of a label column (or of a label inside one: `objects.category`) their synsets.
    pub async fn map_labels(
        &self,
        branch: &BranchName,
        author: &Author,
        label: &str,
        synsets: &LabelSynsets,
    ) -> Result<Committed> {
        let operation = Operation::MapLabels { column: label.to_owned() };
        let edit = |schema: &mut Schema| schema.map_labels(label, synsets);
        self.commit(branch, author, &EditSchema { dataset: self, branch, operation, edit }).await
    }
}

struct EditSchema<'a, F> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    operation: Operation,
    edit: F,
}

impl<F> Change for EditSchema<'_, F>
where
    F: Fn(&mut Schema) -> Result<(), SchemaError> + Sync,
{
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let mut schema = head.schema().clone();
        (self.edit)(&mut schema)?;
        if schema == *head.schema() {
            return Ok(None);
        }
        Ok(Some(unchanged_rows(head, schema, self.operation.clone())))
    }
}

/// The head's rows with other columns.
fn unchanged_rows(head: &Snapshot, schema: Schema, operation: Operation) -> NewState {
    let counts = head.commit().counts.clone();
    NewState {
        schema,
        manifests: head.commit().manifests.clone().into(),
        is_copy: false,
        operation,
        counts: CommitCounts { added: 0, removed: 0, changed: 0, skipped: 0, ..counts },
        skipped: Vec::new(),
        merged: None,
        keys: AppendKeys::of(head),
    }
}
