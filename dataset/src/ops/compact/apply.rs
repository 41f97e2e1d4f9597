//! Writes the new fragments, then commits them in the place of the old.

use std::collections::HashMap;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{BranchName, CommitCounts, Fragment, FragmentId, Operation};
use uuid::Uuid;

use super::options::CompactOptions;
use super::report::{CompactReport, Compacted};
use super::selection;
use super::write::NewFragment;
use crate::author::Author;
use crate::commit::{AppendKeys, Change, NewState};
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::list;
use crate::read::Snapshot;

/// Fragments that are written concurrently; each holds about two target sizes.
const WRITERS: usize = 4;

impl Dataset {
    /// Rewrites small fragments, and those with deleted rows or dropped columns, into fragments of about
    /// `target_bytes`. Rows keep their ids and, within a split, their order.
    ///
    /// # Errors
    /// [`Conflict::Rewritten`] if a fragment was changed meanwhile; concurrent appends are fine.
    pub async fn compact(
        &self,
        branch: &BranchName,
        author: &Author,
        options: CompactOptions,
    ) -> Result<Compacted> {
        // The new files are written before the commit, and no sweep may take them for orphans.
        let _writing = self.begin_writing().await;
        let head = self.head(branch).await?;
        let head = self.needed_head(branch, head.as_ref())?;
        let groups = selection::groups(head.index().await?.fragments(), head.schema(), options.target_bytes);
        let writes = groups.into_iter().map(|group| {
            let head = head.clone();
            let write = tokio::spawn(async move {
                let new = NewFragment::write(head.dataset(), head.schema(), &group).await?;
                Ok::<_, Error>((group, new))
            });
            async move { write.await.map_err(|e| Error::damaged("a compaction", e.to_string()))? }
        });
        let groups: Vec<Group> = stream::iter(writes).buffered(WRITERS).try_collect().await?;
        let mut report = CompactReport::default();
        for (old, new) in &groups {
            report.old_fragments += old.len() as u64;
            report.old_bytes += old.iter().flat_map(|f| &f.files).map(|f| f.bytes).sum::<u64>();
            report.new_fragments += u64::from(new.is_some());
            report.new_bytes += new.iter().flat_map(|n| &n.files).map(|f| f.bytes).sum::<u64>();
        }
        let committed = self.commit(branch, author, &Compact { dataset: self, branch, groups }).await?;
        Ok(Compacted { committed, report })
    }
}

/// Old fragments, and the new one (none, if all their rows were deleted).
pub(crate) type Group = (Vec<Fragment>, Option<NewFragment>);

struct Compact<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    groups: Vec<Group>,
}

impl Change for Compact<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        if self.groups.is_empty() {
            return Ok(None);
        }
        let index = head.index().await?;
        let store = self.dataset.store();
        let mut used = self.dataset.used_ids(&head.commit().manifests).await?;
        let mut changes: HashMap<FragmentId, Option<Fragment>> = HashMap::new();
        for (old, new) in &self.groups {
            for (i, fragment) in old.iter().enumerate() {
                if index.find(fragment.id) != Some(fragment) {
                    let conflict = Conflict::Rewritten { fragment: fragment.id.to_string() };
                    return Err(Error::Conflict { branch: self.branch.clone(), conflict });
                }
                let replacement = new.as_ref().filter(|_| i == 0);
                changes.insert(fragment.id, replacement.map(|new| new.with_id(&mut used)));
            }
        }
        let edited = index.fragments().iter();
        let edited = edited.filter_map(|f| changes.get(&f.id).cloned().unwrap_or_else(|| Some(f.clone())));
        let edited: Vec<Fragment> = edited.collect();
        Ok(Some(NewState {
            schema: head.schema().clone(),
            manifests: list::replace(store, &head.commit().manifests, changes, &edited).await?,
            is_copy: false,
            operation: Operation::Compact,
            counts: CommitCounts { added: 0, removed: 0, changed: 0, ..list::count(&edited) },
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::of(head),
        }))
    }
}

/// The first half of a compaction, so that a test can step in between.
#[cfg(test)]
pub(crate) async fn write_for_tests(head: &Snapshot) -> Vec<Group> {
    let groups = selection::groups(head.index().await.unwrap().fragments(), head.schema(), 1 << 30);
    let mut written = Vec::new();
    for group in groups {
        let new = NewFragment::write(head.dataset(), head.schema(), &group).await.unwrap();
        written.push((group, new));
    }
    written
}

/// The second half of a compaction.
#[cfg(test)]
pub(crate) async fn commit_for_tests(
    dataset: &Dataset,
    branch: &BranchName,
    groups: Vec<Group>,
) -> Result<crate::commit::Committed> {
    dataset.commit(branch, &Author::default(), &Compact { dataset, branch, groups }).await
}
