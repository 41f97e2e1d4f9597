//! Merges a revision into a branch: a fast-forward, or a commit with two parents.

use hub_schema::{BranchName, CommitCounts, CommitParent, Fragment, Operation};
use uuid::Uuid;

use super::fragments::MergedFragments;
use super::merged::Merged;
use super::three::Three;
use super::{fragments, schema};
use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::list::{self, ManifestList};
use crate::ops::diff::RowChanges;
use crate::read::Snapshot;

/// Maximum attempts of a fast-forward while other writers commit first.
const TRIES: u32 = 100;

impl Dataset {
    /// Merges `from` into the branch `into`; a branch without a commit begins there.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the first conflict, [`Error::NotStored`] if files of `from` are missing; the branch is
    /// unchanged.
    pub async fn merge(&self, into: &BranchName, from: &Snapshot, author: &Author) -> Result<Merged> {
        let _writing = self.begin_writing().await;
        for _ in 0..TRIES {
            let Some(head) = self.head(into).await? else {
                return Ok(Merged::FastForward(self.create_branch(into, from).await?));
            };
            let base = base(into, &head, from).await?;
            if base.at().id == from.at().id {
                return Ok(Merged::UpToDate(head));
            }
            from.check_stored().await?;
            if base.at().id != head.at().id {
                return match self.commit(into, author, &Merge { dataset: self, into, from }).await? {
                    Committed::New(snapshot) => Ok(Merged::New(snapshot)),
                    Committed::Unchanged(there) => Ok(Merged::UpToDate(there.unwrap_or(head))),
                };
            }
            if let Some(snapshot) = self.copy_commit(into, head.at().version + 1, from).await? {
                return Ok(Merged::FastForward(snapshot));
            }
        }
        Err(Error::Contended { branch: into.clone(), tries: TRIES })
    }
}

async fn base(into: &BranchName, head: &Snapshot, from: &Snapshot) -> Result<Snapshot> {
    let base = head.common_ancestor(from).await?;
    base.ok_or_else(|| Error::Conflict { branch: into.clone(), conflict: Conflict::Unrelated })
}

struct Merge<'a> {
    dataset: &'a Dataset,
    into: &'a BranchName,
    from: &'a Snapshot,
}

impl Change for Merge<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let ours = self.dataset.needed_head(self.into, head)?;
        let base = base(self.into, ours, self.from).await?;
        if base.at().id == self.from.at().id {
            return Ok(None);
        }
        let refuse = |conflict| Error::Conflict { branch: self.into.clone(), conflict };
        let names = (self.into.as_str(), self.from.at().branch.as_str());
        let schemas = Three { base: base.schema(), ours: ours.schema(), theirs: self.from.schema() };
        let schema = schema::merge(schemas, names).map_err(refuse)?;
        let lists =
            Three { base: base.index().await?, ours: ours.index().await?, theirs: self.from.index().await? };
        let our_fragments = lists.ours.fragments();
        let replaced = Three {
            base: RowChanges::default(),
            ours: RowChanges::between(lists.base.fragments(), our_fragments),
            theirs: RowChanges::between(lists.base.fragments(), lists.theirs.fragments()),
        };
        schema::check_drops(schemas, &replaced, names).map_err(refuse)?;
        let found = fragments::compare(lists, &replaced, schemas, &schema).map_err(refuse)?;
        let MergedFragments { changes, added } = found.write(self.dataset, ours, self.from, &schema).await?;

        let merged = our_fragments.iter();
        let merged = merged.filter_map(|f| changes.get(&f.id).cloned().unwrap_or_else(|| Some(f.clone())));
        let merged: Vec<Fragment> = merged.chain(added.iter().cloned()).collect();
        let rows = RowChanges::between(our_fragments, &merged);
        let store = self.dataset.store();
        let mut manifests = ManifestList::from(ours.commit().manifests.clone());
        if !changes.is_empty() {
            manifests =
                list::replace(store, &manifests.all, changes, &merged[..merged.len() - added.len()]).await?;
        }
        Ok(Some(NewState {
            schema,
            manifests: list::append(store, manifests, &added).await?,
            is_copy: false,
            operation: Operation::Merge { from: self.from.at().branch.clone() },
            counts: CommitCounts {
                added: rows.added.len(),
                removed: rows.removed.len(),
                changed: rows.changed_rows().len(),
                ..list::count(&merged)
            },
            skipped: Vec::new(),
            merged: Some(self.from.at().clone()),
            keys: AppendKeys { new: None, before: keys(Three { base: &base, ours, theirs: self.from }) },
        }))
    }
}

/// The newest appends with a key of both sides. One of the base that a side no longer names is linked from a newer one.
fn keys(sides: Three<&Snapshot>) -> Vec<CommitParent> {
    let Three { base, ours, theirs } = Three {
        base: sides.base.append_keys(),
        ours: sides.ours.append_keys(),
        theirs: sides.theirs.append_keys(),
    };
    let holds = |list: &[CommitParent], at: &CommitParent| list.iter().any(|known| known.id == at.id);
    let kept = |at: &CommitParent| !holds(&base, at) || holds(&ours, at) && holds(&theirs, at);
    let new = theirs.iter().filter(|at| !holds(&ours, at));
    ours.iter().chain(new).filter(|at| kept(at)).cloned().collect()
}
