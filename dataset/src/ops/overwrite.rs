//! Overwrite: the rows of a branch become exactly those of a push.
//!
//! A fragment that the push brings unchanged keeps its id, its row ids and the columns that were added to it
//! later (predictions, embeddings); so a push of a folder that grew costs what it grew by.

use std::collections::HashMap;

use hub_schema::{BranchName, CommitCounts, Fragment, FragmentId, Operation};
use uuid::Uuid;

use super::append::joined_schema;
use super::diff::RowChanges;
use super::packed_rows::PackedRows;
use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::{UsedIds, list};
use crate::read::Snapshot;

impl Dataset {
    /// Makes the rows of a branch exactly `rows`. `base` is the head that the push began with.
    ///
    /// # Errors
    /// A [`Conflict::Moved`] if another commit came in between: its rows would silently be removed.
    pub async fn overwrite(
        &self,
        branch: &BranchName,
        author: &Author,
        rows: &PackedRows,
        base: Option<&Snapshot>,
    ) -> Result<Committed> {
        self.commit(branch, author, &Overwrite { dataset: self, branch, rows, base }).await
    }

    /// The counts that [`overwrite`](Self::overwrite) would record; nothing is written.
    pub async fn weigh_overwrite(&self, rows: &PackedRows, base: Option<&Snapshot>) -> Result<CommitCounts> {
        let old: &[Fragment] = match base {
            Some(base) => base.index().await?.fragments(),
            None => &[],
        };
        Ok(counts(rows, old, &fragments(rows, old)))
    }
}

struct Overwrite<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    rows: &'a PackedRows,
    base: Option<&'a Snapshot>,
}

impl Change for Overwrite<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        if self.base.map(|b| b.at()) != head.map(|h| h.at()) {
            let from = self.base.map_or(0, |b| b.at().version);
            let conflict = Conflict::Moved {
                from,
                to: head.map_or(from + 1, |h| h.at().version),
                by: head.map_or(Operation::DeleteBranch.describe(), |h| h.commit().operation.describe()),
            };
            return Err(Error::Conflict { branch: self.branch.clone(), conflict });
        }
        self.rows.check_files(self.dataset).await?;
        let schema = joined_schema(self.branch, head, &self.rows.schema)?;
        let old: &[Fragment] = match head {
            Some(head) => head.index().await?.fragments(),
            None => &[],
        };
        let fragments = fragments(self.rows, old);
        if let Some(head) = head
            && fragments == old
            && schema == *head.schema()
        {
            return Ok(None);
        }
        let counts = counts(self.rows, old, &fragments);
        Ok(Some(NewState {
            schema,
            manifests: list::write(self.dataset.store(), &fragments).await?,
            is_copy: false,
            operation: if head.is_some() { Operation::Overwrite } else { Operation::Append },
            counts,
            skipped: self.rows.skipped.clone(),
            merged: None,
            // The rows that were appended before are gone, and may be appended again.
            keys: AppendKeys::default(),
        }))
    }
}

fn counts(rows: &PackedRows, old: &[Fragment], new: &[Fragment]) -> CommitCounts {
    let changes = RowChanges::between(old, new);
    CommitCounts {
        added: changes.added.len(),
        removed: changes.removed.len(),
        changed: changes.changed_rows().len(),
        skipped: rows.skipped_count,
        ..list::count(new)
    }
}

/// The new fragments; those that `old` holds keep their ids and what was added to them.
fn fragments(rows: &PackedRows, old: &[Fragment]) -> Vec<Fragment> {
    let by_id: HashMap<FragmentId, &Fragment> = old.iter().map(|f| (f.id, f)).collect();
    let mut used = UsedIds::default();
    let mut fragments = Vec::with_capacity(rows.fragments.len());
    for packed in &rows.fragments {
        let mut fragment = packed.with_id(&mut used);
        // The id is drawn from the content: an old fragment that has it but other rows is a clash.
        while by_id.get(&fragment.id).is_some_and(|o| !holds(o, &fragment)) {
            fragment = Fragment { id: fragment.id.next(), ..fragment };
            while !used.insert(fragment.id) {
                fragment.id = fragment.id.next();
            }
        }
        if let Some(old) = by_id.get(&fragment.id) {
            keep_added_columns(&mut fragment, old);
        }
        fragments.push(fragment);
    }
    fragments
}

/// Does `old` hold the rows of `new`: the same shape, and at least one file in common?
fn holds(old: &Fragment, new: &Fragment) -> bool {
    old.row_ids.is_empty()
        && old.row_groups == new.row_groups
        && old.split == new.split
        && new.files.iter().any(|f| old.files.iter().any(|o| o.hash == f.hash))
}

/// Gives `new` the files of `old` for the columns that it does not bring.
fn keep_added_columns(new: &mut Fragment, old: &Fragment) {
    for file in &old.files {
        let mut file = file.clone();
        file.fields.retain(|f| new.file_of(*f).is_none());
        if !file.fields.is_empty() {
            new.files.push(file);
        }
    }
}
