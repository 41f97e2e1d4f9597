//! Delete: rows by id. Files stay as they are; a bitmap lists the deleted rows.

use std::collections::HashMap;

use hub_schema::{BranchName, CommitCounts, Fragment, FragmentId, Operation, RowId};
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::list;
use crate::read::Snapshot;

impl Dataset {
    /// Deletes rows. Rows that are deleted already are passed over.
    ///
    /// # Errors
    /// [`Error::NoRow`] for an id that never was in this branch.
    pub async fn delete(&self, branch: &BranchName, author: &Author, rows: &[RowId]) -> Result<Committed> {
        self.commit(branch, author, &Delete { dataset: self, branch, rows }).await
    }

    /// The head of a branch, which must hold a commit.
    pub(crate) fn needed_head<'a>(
        &self,
        branch: &BranchName,
        head: Option<&'a Snapshot>,
    ) -> Result<&'a Snapshot> {
        let missing = || Error::EmptyBranch {
            uri: self.store().uri().to_owned(),
            branch: branch.clone(),
            others: Vec::new(),
        };
        head.ok_or_else(missing)
    }
}

pub(super) struct Delete<'a> {
    pub dataset: &'a Dataset,
    pub branch: &'a BranchName,
    pub rows: &'a [RowId],
}

impl Change for Delete<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let index = head.index().await?;
        let mut changed: HashMap<FragmentId, Fragment> = HashMap::new();
        for row in self.rows {
            let place = index.of_row(*row).ok_or(Error::NoRow(*row))?;
            let fragment = &index.fragments()[place.fragment];
            let fragment = changed.entry(fragment.id).or_insert_with(|| fragment.clone());
            fragment.deleted.insert(place.offset);
        }
        changed.retain(|id, new| index.find(*id).is_some_and(|old| old.deleted != new.deleted));
        if changed.is_empty() {
            return Ok(None);
        }
        let edited = index.fragments().iter().map(|f| changed.get(&f.id).unwrap_or(f));
        let mut counts = list::count(edited);
        counts.removed = head.commit().counts.rows - counts.rows;
        let changes = changed.into_iter().map(|(id, f)| (id, Some(f))).collect();
        Ok(Some(NewState {
            schema: head.schema().clone(),
            manifests: list::edit(self.dataset.store(), &head.commit().manifests, changes).await?,
            is_copy: false,
            operation: Operation::Delete,
            counts: CommitCounts { added: 0, changed: 0, ..counts },
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::of(head),
        }))
    }
}
