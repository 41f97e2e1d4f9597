//! Revert: restores an earlier state as a new commit. Nothing is lost: the commits in between stay in the log.

use hub_schema::{BranchName, CommitCounts, CommitParent, Operation};
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::manifest::list;
use crate::read::Snapshot;

impl Dataset {
    /// Makes the state of `to` the next version of a branch. If the branch's head is damaged, so that nothing can be
    /// applied to it, the new version follows the newest one that is not.
    ///
    /// # Errors
    /// [`crate::Error::NotStored`] if files of `to` are missing.
    pub async fn revert(&self, branch: &BranchName, author: &Author, to: &Snapshot) -> Result<Committed> {
        let _writing = self.begin_writing().await;
        to.check_stored().await?;
        match self.damaged_head(branch).await? {
            Some(version) => self.replace_damaged_head(branch, version, author, to).await,
            None => self.commit(branch, author, &Revert { dataset: self, branch, to }).await,
        }
    }

    /// The version of a branch's head, if its commit or a manifest of it is damaged.
    async fn damaged_head(&self, branch: &BranchName) -> Result<Option<u64>> {
        let head = match self.newest_commit(branch).await {
            Ok(newest) => newest.and_then(|newest| newest.head().cloned()),
            Err(error) if error.is_damage() => return self.head_version(branch).await,
            Err(error) => return Err(error),
        };
        let Some(head) = head else { return Ok(None) };
        match head.index().await {
            Err(error) if error.is_damage() => Ok(Some(head.at().version)),
            other => other.map(|_| None),
        }
    }

    /// Makes the state of `to` the version after a damaged one, whose commit is not made its parent: what it names
    /// can't be told, so neither a merge nor a garbage collection could go on with it in the history.
    async fn replace_damaged_head(
        &self,
        branch: &BranchName,
        damaged: u64,
        author: &Author,
        to: &Snapshot,
    ) -> Result<Committed> {
        let mut parent = to.clone();
        for version in (0..damaged).rev() {
            let Ok((id, commit)) = self.commit_at(branch, version).await else { continue };
            let at = CommitParent { id, branch: branch.clone(), version };
            let before = Snapshot::new(self.clone(), at, commit);
            if before.commit().operation != Operation::DeleteBranch && before.index().await.is_ok() {
                parent = before;
                break;
            }
        }
        let state = restored(&parent, to).await?;
        self.commit_after(&parent, (branch, damaged + 1), author, state).await
    }
}

struct Revert<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    to: &'a Snapshot,
}

impl Change for Revert<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let (now, then) = (head.commit(), self.to.commit());
        if now.manifests == then.manifests && now.schema.fields == then.schema.fields {
            return Ok(None);
        }
        restored(head, self.to).await.map(Some)
    }
}

/// The state of `to`, as it follows `head`.
async fn restored(head: &Snapshot, to: &Snapshot) -> Result<NewState> {
    let (now, then) = (head.commit(), to.commit());
    let mut schema = then.schema.clone();
    // Ids that were given in between are used up.
    schema.columns_ever = schema.columns_ever.max(now.schema.columns_ever);
    let differs = head.diff(to).await?;
    let counts = CommitCounts {
        added: differs.added,
        removed: differs.removed,
        changed: differs.changed,
        ..list::count(to.index().await?.fragments())
    };
    Ok(NewState {
        schema,
        manifests: then.manifests.clone().into(),
        is_copy: false,
        operation: Operation::Revert { to: to.at().id },
        counts,
        skipped: Vec::new(),
        merged: None,
        // What was appended since then is gone, and may be appended again.
        keys: AppendKeys::of(to),
    })
}
