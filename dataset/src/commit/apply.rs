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
    /// committed first too often.
    pub async fn commit(
        &self,
        branch: &BranchName,
        author: &Author,
        change: &impl Change,
    ) -> Result<Committed> {
        let nonce = Uuid::new_v4();
        for pause in pauses() {
            let newest = self.newest_commit(branch).await?;
            let head = newest.as_ref().and_then(|newest| newest.head());
            if head.is_none() && self.tag(branch).await?.is_some() {
                return Err(Error::Taken { what: "tag", name: branch.to_string() });
            }
            let Some(state) = change.apply(head, nonce).await? else {
                return Ok(Committed::Unchanged(head.cloned()));
            };
            // A deleted branch continues after its last version.
            let version = newest.as_ref().map_or(0, |newest| newest.version() + 1);
            let name = self.store().author(author).await?;
            let (is_copy, written) = (state.is_copy, state.manifests.written.clone());
            let commit = describe(head, Author { name, ..author.clone() }, state, nonce);
            let json = to_json(&layout::commit(branch, version), &commit)?;
            let at = CommitParent { id: hash(&json), branch: branch.clone(), version };
            let proposal = Proposal { at, commit };
            // A server checks a copy itself.
            let snapshot = match is_copy && !self.store().is_served() {
                true => adopted(self, proposal, head.cloned().as_slice()).await?,
                false => self.check_made_here(proposal, written).await?,
            };
            if self.publish_here(&snapshot, json).await? {
                return Ok(Committed::New(snapshot));
            }
            tokio::time::sleep(pause).await;
        }
        Err(Error::Contended { branch: branch.clone(), tries: TRIES })
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
    let message = match author.message.is_empty() {
        true => state.operation.describe(),
        false => author.message,
    };
    Commit {
        format: FORMAT_VERSION,
        nonce,
        parents: head.map(|h| h.at().clone()).into_iter().chain(state.merged).collect(),
        schema: state.schema,
        manifests: state.manifests.all,
        operation: state.operation,
        author: author.name,
        message,
        time: Utc::now().trunc_subsecs(3),
        counts: state.counts,
        skipped: state.skipped.into_iter().take(Skipped::LISTED).collect(),
        append_key: state.keys.new,
        append_keys: state.keys.before,
    }
}
