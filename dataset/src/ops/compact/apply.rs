//! Writes the new fragments, then commits them in the place of the old.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{BranchName, CommitCounts, DataFile, Fragment, FragmentId, Operation, Schema};
use uuid::Uuid;

use super::options::CompactOptions;
use super::report::{CompactReport, Compacted};
use super::selection;
use super::write::NewFragment;
use crate::author::Author;
use crate::commit::{AppendKeys, Change, NewState};
use crate::cpu_pool;
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::list;
use crate::ops::derived::Missing;
use crate::ops::rewrite::take_over;
use crate::read::{FragmentIndex, Snapshot};

/// Fragments that are written concurrently; each holds about two target sizes.
const WRITERS: usize = 4;

impl Dataset {
    /// Rewrites small fragments, and those with deleted rows or dropped columns, into fragments of about
    /// `target_bytes`, and computes derived columns. Rows keep their ids and, within a split, their order.
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
        let schema = Arc::new(with_derived(head.schema(), &options));
        let derives: Arc<[_]> = options.derives.into();
        let rewritten: HashSet<FragmentId> = groups.iter().flatten().map(|fragment| fragment.id).collect();
        let writes = groups.into_iter().map(|group| {
            let (head, schema, derives) = (head.clone(), Arc::clone(&schema), Arc::clone(&derives));
            in_a_task(async move {
                let new = NewFragment::write(head.dataset(), &schema, &group, &derives).await?;
                Ok((group, new))
            })
        });
        let groups: Vec<Group> = stream::iter(writes).buffered(WRITERS).try_collect().await?;
        let kept =
            head.index().await?.fragments().iter().filter(|fragment| !rewritten.contains(&fragment.id));
        let added = kept.map(|fragment| {
            let (head, schema, derives) = (head.clone(), Arc::clone(&schema), Arc::clone(&derives));
            let fragment = fragment.clone();
            in_a_task(async move {
                match Missing::of(head.dataset(), &schema, &fragment, &derives).await? {
                    Some(missing) => Ok(Some((fragment, missing.write(head.dataset(), &schema).await?))),
                    None => Ok(None),
                }
            })
        });
        let added: Vec<Option<Added>> =
            stream::iter(added.collect::<Vec<_>>()).buffered(WRITERS).try_collect().await?;
        let added: Vec<Added> = added.into_iter().flatten().filter(|(_, files)| !files.is_empty()).collect();
        let mut report = CompactReport::default();
        for (_, files) in &added {
            report.derived_fragments += 1;
            report.derived_bytes += files.iter().map(|file| file.bytes).sum::<u64>();
        }
        for (old, new) in &groups {
            report.old_fragments += old.len() as u64;
            report.old_bytes += old.iter().flat_map(|f| &f.files).map(|f| f.bytes).sum::<u64>();
            report.new_fragments += u64::from(new.is_some());
            let new_files = new.iter().flat_map(|n| n.files.iter().chain(&n.derived));
            report.new_bytes += new_files.map(|f| f.bytes).sum::<u64>();
        }
        let change = Compact { dataset: self, branch, groups, added, schema: &schema };
        let committed = self.commit(branch, author, &change).await?;
        Ok(Compacted { committed, report })
    }
}

/// Runs work that computes for long beside other such work.
async fn in_a_task<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let done = cpu_pool::abort_on_drop(work).await;
    done.map_err(|e| Error::damaged("a compaction", e.to_string()))?
}

/// The schema with the derived columns that are to be computed.
fn with_derived(schema: &Schema, options: &CompactOptions) -> Schema {
    let mut schema = schema.clone();
    for (of, kind) in &options.derive_of {
        if schema.by_id(*of).is_some_and(|field| field.feature.is_media()) {
            schema.add_derived(*of, *kind);
        }
    }
    schema
}

/// A fragment, and the files of derived columns that it gets.
type Added = (Fragment, Vec<DataFile>);

/// Old fragments, and the new one (none, if all their rows were deleted).
pub(crate) type Group = (Vec<Fragment>, Option<NewFragment>);

struct Compact<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    groups: Vec<Group>,
    added: Vec<Added>,
    /// Its derived columns are those that the branch lists afterwards.
    schema: &'a Schema,
}

impl Change for Compact<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let mut schema = head.schema().clone();
        schema.take_derived(self.schema);
        if self.groups.is_empty() && self.added.is_empty() && schema == *head.schema() {
            return Ok(None);
        }
        let unchanged = |fragment: &Fragment, index: &FragmentIndex| match index.find(fragment.id) {
            Some(found) if found == fragment => Ok(()),
            _ => {
                let conflict = Conflict::Rewritten { fragment: fragment.id.to_string() };
                Err(Error::Conflict { branch: self.branch.clone(), conflict })
            }
        };
        let index = head.index().await?;
        let store = self.dataset.store();
        let mut used = self.dataset.used_ids(&head.commit().manifests).await?;
        let mut changes: HashMap<FragmentId, Option<Fragment>> = HashMap::new();
        for (old, new) in &self.groups {
            for (i, fragment) in old.iter().enumerate() {
                unchanged(fragment, index)?;
                let replacement = new.as_ref().filter(|_| i == 0);
                changes.insert(fragment.id, replacement.map(|new| new.with_id(&mut used)));
            }
        }
        for (fragment, files) in &self.added {
            unchanged(fragment, index)?;
            let mut with = fragment.clone();
            for file in files {
                take_over(&mut with, file.clone(), None);
            }
            changes.insert(fragment.id, Some(with));
        }
        let edited = index.fragments().iter();
        let edited = edited.filter_map(|f| changes.get(&f.id).cloned().unwrap_or_else(|| Some(f.clone())));
        let edited: Vec<Fragment> = edited.collect();
        Ok(Some(NewState {
            schema,
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
        let new = NewFragment::write(head.dataset(), head.schema(), &group, &[]).await.unwrap();
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
    let change = Compact { dataset, branch, groups, added: Vec::new(), schema: &Schema::default() };
    dataset.commit(branch, &Author::default(), &change).await
}
