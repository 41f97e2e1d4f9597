//! Revert: restores an earlier state as a new commit. Nothing is lost: the commits in between stay in the log.

use hub_schema::{BranchName, CommitCounts, Operation};
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::manifest::list;
use crate::read::Snapshot;

impl Dataset {
    /// Makes the state of `to` the next version of a branch.
    pub async fn revert(&self, branch: &BranchName, author: &Author, to: &Snapshot) -> Result<Committed> {
        self.commit(branch, author, &Revert { dataset: self, branch, to }).await
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
        let mut schema = then.schema.clone();
        // Ids that were given in between are used up.
        schema.columns_ever = schema.columns_ever.max(now.schema.columns_ever);
        let differs = head.diff(self.to).await?;
        let counts = CommitCounts {
            added: differs.added,
            removed: differs.removed,
            changed: differs.changed,
            ..list::count(self.to.index().await?.fragments())
        };
        Ok(Some(NewState {
            schema,
            manifests: then.manifests.clone().into(),
            is_copy: false,
            operation: Operation::Revert { to: self.to.at().id },
            counts,
            skipped: Vec::new(),
            merged: None,
            // What was appended since then is gone, and may be appended again.
            keys: AppendKeys::of(self.to),
        }))
    }
}
