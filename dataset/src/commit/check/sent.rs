//! Checks a commit that was uploaded or copied, against the store.

use hub_schema::Operation;

use super::bad_commit::BadCommit;
use super::proposal::Proposal;
use super::{columns, files, history, manifests, rules};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;
use crate::read::{Snapshot, missing_file};

/// A valid commit.
#[derive(Clone, Debug)]
pub enum Checked {
    /// It follows the branch's head and can be created.
    Sound(Snapshot),
    /// It was published as that version before: the response to an earlier request was lost.
    There(Snapshot),
}

impl Dataset {
    /// Checks an uploaded commit, and the manifests and files that it adds. The branch's head is read once; the
    /// manifests that were read are kept in the [`Snapshot`].
    ///
    /// # Errors
    /// [`crate::Error::BadCommit`] with the rule that it breaks; [`crate::Error::CameSecond`] if another commit is that version.
    pub async fn check_commit(&self, proposal: Proposal) -> Result<Checked> {
        let newest = self.newest_commit(&proposal.at.branch).await?;
        if newest.as_ref().is_some_and(|newest| proposal.at.version <= newest.version()) {
            return self.is_there(proposal).await.map(Checked::There);
        }
        let parents = history::parents(self, &proposal, newest.as_ref()).await?;
        let head = newest.as_ref().and_then(|newest| newest.head());
        self.check_kept(&proposal, &parents, head).await?;
        self.check_contents(proposal, &parents).await.map(Checked::Sound)
    }

    /// The commit, if it is already the version that it is to become.
    async fn is_there(&self, proposal: Proposal) -> Result<Snapshot> {
        let Proposal { at, commit } = proposal;
        let path = layout::commit(&at.branch, at.version);
        let json = self.store().need(&path).await?;
        if hash(&json) == at.id {
            Ok(Snapshot::new(self.clone(), at, commit))
        } else {
            Err(history::taken(&at))
        }
    }

    /// Checks that what it keeps from other commits than the branch's head is still stored: garbage collection may have
    /// deleted files of a commit that no branch holds any more.
    async fn check_kept(
        &self,
        proposal: &Proposal,
        parents: &[Snapshot],
        head: Option<&Snapshot>,
    ) -> Result<()> {
        let (mut kept, _) = manifests::kept_and_added(&proposal.commit, parents);
        // A revert may follow a head that is damaged.
        let head = head.filter(|_| !matches!(proposal.commit.operation, Operation::Revert { .. }));
        kept.retain(|manifest| !head.is_some_and(|head| head.commit().manifests.contains(manifest)));
        match missing_file(self, &kept).await {
            Ok(None) => Ok(()),
            Ok(Some(path)) => Err(proposal.refuse(BadCommit::Missing { path })),
            Err(Error::Damaged { path, problem: why }) => {
                // Where the store is stays the server's.
                let path = path.trim_start_matches(self.store().uri()).trim_start_matches('/').to_owned();
                Err(proposal.refuse(BadCommit::Unreadable { path, why }))
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the manifests that no parent names, and opens the files that no parent's manifest lists.
    async fn check_contents(&self, proposal: Proposal, parents: &[Snapshot]) -> Result<Snapshot> {
        let commit = &proposal.commit;
        columns::check(&commit.schema).map_err(|problem| proposal.refuse(problem))?;
        let (kept, added) = manifests::kept_and_added(commit, parents);
        let added = manifests::read(self, &proposal, added).await?;
        let used = self.used_ids(&kept).await?;
        rules::contents(commit, &added, used).map_err(|problem| proposal.refuse(problem))?;
        let fragments = added.iter().flat_map(|manifest| manifest.fragments.iter());
        files::check(self, &proposal, fragments, &manifests::dropped(commit, parents)).await?;
        Ok(Snapshot::new(self.clone(), proposal.at, proposal.commit).knowing(added))
    }
}

/// Checks a commit that takes its rows from another data set, whose files were copied here, like an uploaded one.
pub(crate) async fn adopted(dataset: &Dataset, proposal: Proposal, parents: &[Snapshot]) -> Result<Snapshot> {
    dataset.check_contents(proposal, parents).await
}
