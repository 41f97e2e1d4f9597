//! A change of a branch, and the state that it leads to.

use std::future::Future;

use hub_schema::{AppendKey, CommitCounts, CommitParent, Operation, Schema, Skipped};
use uuid::Uuid;

use crate::error::Result;
use crate::manifest::list::ManifestList;
use crate::read::Snapshot;

/// The state that a change leads to.
#[derive(Clone, Debug)]
pub struct NewState {
    /// The columns of the new revision.
    pub schema: Schema,
    /// The manifests that list the new revision's fragments.
    pub manifests: ManifestList,
    /// Whether manifests and files were copied from another data set, and so are checked like those of an upload.
    pub is_copy: bool,
    /// The operation, as the commit records it.
    pub operation: Operation,
    /// The totals of the new revision, with the rows that the change added, removed and changed.
    pub counts: CommitCounts,
    /// Samples that were skipped.
    pub skipped: Vec<Skipped>,
    /// The other side of a merge.
    pub merged: Option<CommitParent>,
    /// The keys of appends.
    pub keys: AppendKeys,
}

/// The keys of the appends that led to a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppendKeys {
    /// That of this change.
    pub new: Option<AppendKey>,
    /// The newest appends with a key before it.
    pub before: Vec<CommitParent>,
}

impl AppendKeys {
    /// The keys after a change that keeps the rows of `head`, and has no key itself.
    pub fn of(head: &Snapshot) -> Self {
        Self { new: None, before: head.append_keys() }
    }
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

/// The outcome of applying a change to a branch.
#[derive(Clone, Debug)]
pub enum Committed {
    /// A new version was published.
    New(Snapshot),
    /// The change had nothing to do; the head, if there is one.
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
