//! Branches: create one at any commit, and delete one.
//!
//! A branch begins with a copy of the commit's file, so it shares the commit and its id. It is deleted by a
//! commit of its own; the files of its commits stay, since commits of other branches may name them as parents.

use hub_schema::{BranchName, CommitCounts, Operation};
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::list::ManifestList;
use crate::read::Snapshot;

impl Dataset {
    /// Creates a branch at a commit.
    ///
    /// # Errors
    /// [`Error::Taken`] if a branch or tag of that name exists; [`Error::NotStored`] if files of the commit are missing.
    pub async fn create_branch(&self, name: &BranchName, from: &Snapshot) -> Result<Snapshot> {
        let _writing = self.begin_writing().await;
        from.check_stored().await?;
        let taken = |what| Error::Taken { what, name: name.to_string() };
        if self.tag(name).await?.is_some() {
            return Err(taken("tag"));
        }
        let last = self.newest_commit(name).await?;
        if last.as_ref().is_some_and(|last| last.head().is_some()) {
            return Err(taken("branch"));
        }
        // A deleted branch continues after its last version, without a gap.
        let version = last.map_or(0, |last| last.version() + 1);
        self.copy_commit(name, version, from).await?.ok_or_else(|| taken("branch"))
    }

    /// Deletes a branch; its commits stay stored.
    ///
    /// # Errors
    /// [`Error::MainBranch`] for `main`; a branch that holds no commit is [`Error::NoRevision`].
    pub async fn delete_branch(&self, name: &BranchName, author: &Author) -> Result<Committed> {
        if *name == BranchName::main() {
            return Err(Error::MainBranch(name.clone()));
        }
        self.snapshot(&hub_schema::Revision::Named(name.to_string())).await?;
        self.commit(name, author, &End).await
    }
}

struct End;

impl Change for End {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        Ok(head.map(|head| NewState {
            schema: head.schema().clone(),
            manifests: ManifestList::default(),
            is_copy: false,
            operation: Operation::DeleteBranch,
            counts: CommitCounts { removed: head.commit().counts.rows, ..CommitCounts::default() },
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::default(),
        }))
    }
}
