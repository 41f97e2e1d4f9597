//! Compact: small fragments become big ones, deleted rows and dropped columns leave the files.
//!
//! Neighbours of one split are written as one new fragment, which names the ids its rows were born with: a row
//! keeps its id through any number of compactions, so indexes, diffs and streams need not know. The new files
//! are written first, against the revision that was found; the commit then replaces the old fragments in
//! whatever the branch has become, if they are still there as they were.

mod plan;
mod write;

use std::collections::HashMap;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{BranchName, CommitCounts, Fragment, FragmentId, Operation};
use serde::Serialize;
use uuid::Uuid;

use crate::commit::{Author, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::list;
use crate::read::Snapshot;
use write::NewFragment;

/// Fragments that are written at a time; each holds about two target sizes.
const WRITERS: usize = 4;

/// When and how to compact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactOptions {
    /// The size that fragments grow to. Fragments of three quarters of it are left alone.
    pub target_bytes: u64,
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self { target_bytes: 32 * 1024 * 1024 }
    }
}

/// What a compaction did.
#[derive(Clone, Debug)]
pub struct Compacted {
    /// The commit.
    pub committed: Committed,
    /// In numbers.
    pub report: CompactReport,
}

/// A compaction in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CompactReport {
    /// Fragments that were rewritten.
    pub old_fragments: u64,
    /// Fragments that they became.
    pub new_fragments: u64,
    /// Bytes of the old ones' files. They are freed by `hub gc` once no revision that a branch or tag reaches
    /// names them.
    pub old_bytes: u64,
    /// Bytes of the new ones' files.
    pub new_bytes: u64,
}

impl Dataset {
    /// Rewrites small fragments, and those with deleted rows or dropped columns, into fragments of about
    /// `target_bytes`. Rows keep their ids and, within a split, their order.
    ///
    /// # Errors
    /// [`Conflict::Rewritten`] if a fragment was changed meanwhile; appends do no harm.
    pub async fn compact(
        &self,
        branch: &BranchName,
        author: &Author,
        options: CompactOptions,
    ) -> Result<Compacted> {
        let head = self.head(branch).await?;
        let head = self.needed_head(branch, head.as_ref())?;
        let groups = plan::groups(head.index().await?.fragments(), head.schema(), options.target_bytes);
        let writes = groups.into_iter().map(|group| {
            let head = head.clone();
            let write = tokio::spawn(async move {
                let new = write::write(&head, &group).await?;
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
                let stands_here = new.as_ref().filter(|_| i == 0);
                changes.insert(fragment.id, stands_here.map(|new| new.with_id(&mut used)));
            }
        }
        let edited = index.fragments().iter();
        let edited = edited.filter_map(|f| changes.get(&f.id).cloned().unwrap_or_else(|| Some(f.clone())));
        let edited: Vec<Fragment> = edited.collect();
        Ok(Some(NewState {
            schema: head.schema().clone(),
            manifests: list::replace(store, &head.commit().manifests, changes, &edited).await?,
            operation: Operation::Compact,
            counts: CommitCounts { added: 0, removed: 0, changed: 0, ..list::count(&edited) },
            skipped: Vec::new(),
            merged: None,
        }))
    }
}

/// The first half of a compaction, so that a test can step in between.
#[cfg(test)]
pub(crate) async fn plan_for_tests(head: &Snapshot) -> Vec<Group> {
    let groups = plan::groups(head.index().await.unwrap().fragments(), head.schema(), 1 << 30);
    let mut written = Vec::new();
    for group in groups {
        let new = write::write(head, &group).await.unwrap();
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
) -> Result<Committed> {
    dataset.commit(branch, &Author::default(), &Compact { dataset, branch, groups }).await
}
