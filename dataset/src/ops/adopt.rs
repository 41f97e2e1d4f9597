//! Adopt: a revision of another data set, whose files were copied already, becomes a branch's head.

use hub_schema::{BranchName, CommitCounts, Operation};
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::read::Snapshot;

impl Dataset {
    /// Makes the state of `other` the next version of a branch. All its files must have been copied. It is checked
    /// like an uploaded commit, since the other data set is not trusted.
    ///
    /// # Errors
    /// [`Error::BadCommit`](crate::Error::BadCommit) with the rule that it breaks.
    pub async fn adopt(&self, branch: &BranchName, author: &Author, other: &Snapshot) -> Result<Committed> {
        self.commit(branch, author, &Adopt { other }).await
    }
}

struct Adopt<'a> {
    other: &'a Snapshot,
}

impl Change for Adopt<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let theirs = self.other.commit();
        if let Some(head) = head
            && head.commit().manifests == theirs.manifests
            && head.schema().fields == theirs.schema.fields
        {
            return Ok(None);
        }
        let before = head.map_or(0, |h| h.commit().counts.rows);
        let rows = theirs.counts.rows;
        let counts = CommitCounts {
            added: rows.saturating_sub(before),
            removed: before.saturating_sub(rows),
            changed: 0,
            skipped: 0,
            ..theirs.counts.clone()
        };
        Ok(Some(NewState {
            schema: theirs.schema.clone(),
            manifests: theirs.manifests.clone().into(),
            is_copy: true,
            operation: if head.is_some() { Operation::Overwrite } else { Operation::Append },
            counts,
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::default(),
        }))
    }
}
