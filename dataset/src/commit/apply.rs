//! Applies a change to the head of a branch, and again to the new head where another writer committed first.

use std::collections::HashSet;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use chrono::{SubsecRound, Utc};
use hub_schema::{BranchName, Commit, CommitParent, FORMAT_VERSION, ManifestRef, Skipped};
use uuid::Uuid;

use super::change::{Change, Committed, NewState};
use super::check::{Proposal, adopted, made_here};
use crate::author::Author;
use crate::dataset::{Dataset, to_json};
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;
use crate::manifest::list::Manifest;
use crate::read::Snapshot;

/// Maximum attempts to commit while other writers commit first.
const TRIES: u32 = 100;

impl Dataset {
    /// Applies a change to the head of a branch.
    ///
    /// # Errors
    /// The change's own; [`Error::BadCommit`] if it leads to an invalid state; [`Error::Contended`] if other writers
    /// committed first too often; [`Error::Removed`] if the data set was removed since it was opened.
    pub async fn commit(
        &self,
        branch: &BranchName,
        author: &Author,
        change: &impl Change,
    ) -> Result<Committed> {
        let _writing = self.begin_writing().await;
        match self.apply_until_it_succeeds(branch, author, change).await {
            Err(error) => Err(self.removed_or(error).await),
            done => done,
        }
    }

    async fn apply_until_it_succeeds(
        &self,
        branch: &BranchName,
        author: &Author,
        change: &impl Change,
    ) -> Result<Committed> {
        self.check_before_commit().await?;
        let nonce = Uuid::new_v4();
        for (attempt, pause) in pauses().enumerate() {
            // The hint is right unless another writer is committing or was killed: if a later version exists, this one
            // can't be created. So only a second attempt looks for later versions.
            let newest = match attempt {
                0 => self.hinted_commit(branch).await?,
                _ => self.newest_commit(branch).await?,
            };
            let head = newest.as_ref().and_then(|newest| newest.head());
            if head.is_none() && self.tag(branch).await?.is_some() {
                return Err(Error::Taken { what: "tag", name: branch.to_string() });
            }
            let state = match change.apply(head, nonce).await {
                Ok(Some(state)) => state,
                _ if attempt == 0 && self.is_outdated(newest.as_ref()).await? => continue,
                Ok(None) => return Ok(Committed::Unchanged(head.cloned())),
                Err(error) => return Err(error),
            };
            // A deleted branch continues after its last version.
            let version = newest.as_ref().map_or(0, |newest| newest.version() + 1);
            if let Some(snapshot) = self.offer(head, (branch, version), author, state, nonce).await? {
                return Ok(Committed::New(snapshot));
            }
            tokio::time::sleep(pause).await;
        }
        Err(Error::Contended { branch: branch.clone(), tries: TRIES })
    }

    /// Makes a state the given version of a branch; `parent` need not be the version before it.
    ///
    /// # Errors
    /// [`Error::CameSecond`] if that version exists.
    pub(crate) async fn commit_after(
        &self,
        parent: &Snapshot,
        (branch, version): (&BranchName, u64),
        author: &Author,
        state: NewState,
    ) -> Result<Committed> {
        let offered = self.offer(Some(parent), (branch, version), author, state, Uuid::new_v4()).await?;
        let taken = || Error::CameSecond { path: layout::commit(branch, version) };
        offered.map(Committed::New).ok_or_else(taken)
    }

    /// A state as a revision that nobody else sees, for a further change to begin at.
    pub(crate) fn unpublished(
        &self,
        at: CommitParent,
        head: Option<&Snapshot>,
        state: &NewState,
        nonce: Uuid,
    ) -> Snapshot {
        let commit = describe(head, Author::default(), state.clone(), nonce);
        Snapshot::new(self.clone(), at, commit).knowing(state.manifests.written.clone())
    }

    /// Writes a checked commit as a version of a branch; `None` if that version exists.
    async fn offer(
        &self,
        parent: Option<&Snapshot>,
        (branch, version): (&BranchName, u64),
        author: &Author,
        state: NewState,
        nonce: Uuid,
    ) -> Result<Option<Snapshot>> {
        let name = self.store().author(author).await?;
        let (is_copy, written) = (state.is_copy, state.manifests.written.clone());
        let commit = describe(parent, Author { name, ..author.clone() }, state, nonce);
        let json = to_json(&layout::commit(branch, version), &commit)?;
        let at = CommitParent { id: hash(&json), branch: branch.clone(), version };
        let proposal = Proposal { at, commit };
        // A server checks a copy itself.
        let snapshot = match is_copy && !self.store().is_served() {
            true => adopted(self, proposal, parent.cloned().as_slice()).await?,
            false => self.check_made_here(proposal, written).await?,
        };
        Ok(self.publish_here(&snapshot, json).await?.then_some(snapshot))
    }

    /// Checks a commit against what is in memory: the manifests that were just written, and the ids of those beside
    /// them that were read while it was prepared.
    async fn check_made_here(&self, proposal: Proposal, written: Vec<Manifest>) -> Result<Snapshot> {
        let new: HashSet<&ManifestRef> = written.iter().map(|manifest| &manifest.at).collect();
        let kept = proposal.commit.manifests.iter().filter(|at| !new.contains(at));
        let used = self.ids_in_memory(kept).await;
        made_here(&proposal.commit, &written, used).map_err(|problem| proposal.refuse(problem))?;
        Ok(Snapshot::new(self.clone(), proposal.at, proposal.commit).knowing(written))
    }
}

/// The pauses before further attempts to commit: with jitter, so that the same writers don't collide each time.
fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(5))
        .with_max_delay(Duration::from_millis(100))
        .with_factor(1.4)
        .with_max_times(TRIES as usize)
        .with_jitter()
        .build()
}

fn describe(head: Option<&Snapshot>, author: Author, state: NewState, nonce: Uuid) -> Commit {
    Commit {
        format: FORMAT_VERSION,
        nonce,
        parents: head.map(|h| h.at().clone()).into_iter().chain(state.merged).collect(),
        schema: state.schema,
        manifests: state.manifests.all,
        operation: state.operation,
        author: author.name,
        message: author.message,
        time: Utc::now().trunc_subsecs(3),
        counts: state.counts,
        skipped: state.skipped.into_iter().take(Skipped::LISTED).collect(),
        append_key: state.keys.new,
        append_keys: state.keys.before,
    }
}
