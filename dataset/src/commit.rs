//! Committing: a change, applied to the head of a branch, becomes the next version or nothing.
//!
//! A change is a function of the head. It writes what it needs (content-addressed files that nobody sees), and
//! says what the next state is; then `refs/<branch>/<version>.json` is created. If another writer created that
//! version first, the change is applied again to the new head. So appends all succeed, and a change that can't
//! be applied to the new head says why.

use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use bytes::Bytes;
use chrono::{SubsecRound, Utc};
use hub_schema::{
    BranchName, Commit, CommitCounts, CommitParent, FORMAT_VERSION, ManifestRef, Operation, Schema, Skipped,
};
use uuid::Uuid;

use crate::dataset::{Dataset, to_json};
use crate::error::{Error, Result};
use crate::layout;
use crate::read::Snapshot;
use crate::refs;
use crate::store::Created;

/// How often a commit is tried while others come first.
const TRIES: u32 = 100;

/// Who commits, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub name: String,
    /// Why; the operation's own words where it is empty.
    pub message: String,
    /// Nobody said who: it is what the machine calls its user. A store that knows better takes its own name.
    pub is_guess: bool,
}

impl Author {
    /// Who, and why.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into(), is_guess: false }
    }

    /// What the machine calls its user, since nobody said who.
    pub fn guess(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { is_guess: true, ..Self::new(name, message) }
    }
}

/// The state that a change leads to.
#[derive(Debug)]
pub struct NewState {
    /// The columns.
    pub schema: Schema,
    /// The fragments.
    pub manifests: Vec<ManifestRef>,
    /// What was done.
    pub operation: Operation,
    /// Sums; what the change added, removed and changed is in it.
    pub counts: CommitCounts,
    /// Samples that were left out.
    pub skipped: Vec<Skipped>,
    /// The other side of a merge.
    pub merged: Option<CommitParent>,
}

/// A change of a branch.
pub trait Change: Sync {
    /// The state that follows `head` (`None`: the branch holds no commit); `None` if there is nothing to do.
    /// `nonce` will be the new commit's.
    fn apply(
        &self,
        head: Option<&Snapshot>,
        nonce: Uuid,
    ) -> impl Future<Output = Result<Option<NewState>>> + Send;
}

/// How a commit ended.
#[derive(Clone, Debug)]
pub enum Committed {
    /// There is a new version.
    New(Snapshot),
    /// Nothing had to be done.
    Unchanged(Option<Snapshot>),
}

impl Committed {
    /// The branch's head now; `None` if there was nothing to do on an empty branch.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match self {
            Self::New(snapshot) => Some(snapshot),
            Self::Unchanged(snapshot) => snapshot.as_ref(),
        }
    }
}

/// The pauses before a commit is tried again because another came first: random, so that the same writers don't meet
/// each time.
fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(5))
        .with_max_delay(Duration::from_millis(100))
        .with_factor(1.4)
        .with_max_times(TRIES as usize)
        .with_jitter()
        .build()
}

impl Dataset {
    /// Applies a change to the head of a branch.
    ///
    /// # Errors
    /// What the change says; [`Error::Contended`] if others came first too often.
    pub async fn commit(
        &self,
        branch: &BranchName,
        author: &Author,
        change: &impl Change,
    ) -> Result<Committed> {
        let nonce = Uuid::new_v4();
        for pause in pauses() {
            let version = self.head_version(branch).await?;
            let head = match version {
                Some(_) => self.head(branch).await?,
                None => None,
            };
            if head.is_none() && self.tag(branch).await?.is_some() {
                return Err(Error::Taken { what: "tag", name: branch.to_string() });
            }
            let Some(state) = change.apply(head.as_ref(), nonce).await? else {
                return Ok(Committed::Unchanged(head));
            };
            // A deleted branch begins anew behind its last version.
            let next = head.as_ref().map(|h| h.at().version).max(version).map_or(0, |v| v + 1);
            let name = self.store().author(author).await?;
            let commit = self.describe(head.as_ref(), Author { name, ..author.clone() }, state, nonce);
            if let Some(snapshot) = self.try_create(branch, next, commit).await? {
                return Ok(Committed::New(snapshot));
            }
            tokio::time::sleep(pause).await;
        }
        Err(Error::Contended { branch: branch.clone(), tries: TRIES })
    }

    fn describe(&self, head: Option<&Snapshot>, author: Author, state: NewState, nonce: Uuid) -> Commit {
        let message = match author.message.is_empty() {
            true => state.operation.describe(),
            false => author.message,
        };
        Commit {
            format: FORMAT_VERSION,
            nonce,
            parents: head.map(|h| h.at().clone()).into_iter().chain(state.merged).collect(),
            schema: state.schema,
            manifests: state.manifests,
            operation: state.operation,
            author: author.name,
            message,
            time: Utc::now().trunc_subsecs(3),
            counts: state.counts,
            skipped: state.skipped.into_iter().take(Skipped::LISTED).collect(),
        }
    }

    /// Creates a version of a branch; `None` if another writer did.
    pub(crate) async fn try_create(
        &self,
        branch: &BranchName,
        version: u64,
        commit: Commit,
    ) -> Result<Option<Snapshot>> {
        let path = layout::commit(branch, version);
        let json = to_json(&path, &commit)?;
        let id = refs::hash(&json);
        if !self.create_version(branch, version, json).await? {
            return Ok(None);
        }
        let at = CommitParent { id, branch: branch.clone(), version };
        Ok(Some(Snapshot::new(self.clone(), at, commit)))
    }

    /// Creates the file of a version of a branch, to last; false if another writer did.
    pub(crate) async fn create_version(
        &self,
        branch: &BranchName,
        version: u64,
        json: Bytes,
    ) -> Result<bool> {
        let path = layout::commit(branch, version);
        if self.create_once(&path, json).await? == Created::Taken {
            return Ok(false);
        }
        self.store().settle(&path).await?;
        // A lost hint costs a few looks; it is no reason to call a commit failed.
        let _ = self.store().put(&layout::head_hint(branch), version.to_string().into_bytes()).await;
        Ok(true)
    }
}
