//! Append: rows at the end.

use hub_schema::{BranchName, CommitCounts, Fragment, Operation, Schema};
use uuid::Uuid;

use super::packed_rows::PackedRows;
use crate::author::Author;
use crate::commit::{Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::list;
use crate::read::Snapshot;

impl Dataset {
    /// Adds rows at the end of a branch. Appends of several writers all succeed.
    ///
    /// # Errors
    /// [`Error::SchemaMoved`] if the branch's columns changed since the rows were packed: pack them again.
    pub async fn append(&self, branch: &BranchName, author: &Author, rows: &PackedRows) -> Result<Committed> {
        self.commit(branch, author, &Append { dataset: self, branch, rows }).await
    }
}

struct Append<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    rows: &'a PackedRows,
}

impl Change for Append<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        if self.rows.fragments.is_empty() {
            return Ok(None);
        }
        self.rows.check_files(self.dataset).await?;
        let (manifests, before) = match head {
            Some(head) => (head.commit().manifests.clone(), head.commit().counts.clone()),
            None => Default::default(),
        };
        let schema = joined_schema(self.branch, head, &self.rows.schema)?;
        let mut used = self.dataset.used_ids(&manifests).await?;
        let fragments: Vec<Fragment> = self.rows.fragments.iter().map(|f| f.with_id(&mut used)).collect();
        let mut counts = list::count(&fragments);
        let added = counts.rows;
        counts.rows += before.rows;
        counts.fragments += before.fragments;
        counts.bytes += before.bytes;
        for (split, rows) in before.splits {
            *counts.splits.entry(split).or_default() += rows;
        }
        Ok(Some(NewState {
            schema,
            manifests: list::append(self.dataset.store(), manifests.into(), &fragments).await?,
            is_copy: false,
            operation: Operation::Append,
            counts: CommitCounts { added, skipped: self.rows.skipped_count, ..counts },
            skipped: self.rows.skipped.clone(),
            merged: None,
        }))
    }
}

/// The columns of the head together with those that rows were packed for.
///
/// # Errors
/// [`Error::SchemaMoved`] if packed files would be read wrongly with them.
pub(super) fn joined_schema(branch: &BranchName, head: Option<&Snapshot>, packed: &Schema) -> Result<Schema> {
    let Some(head) = head else { return Ok(packed.clone()) };
    let joined = head.schema().union(packed)?;
    if packed.is_prefix_of(&joined) {
        return Ok(joined);
    }
    Err(Error::SchemaMoved { branch: branch.clone() })
}
