//! Edit: rows appended, values written and rows deleted in one commit.
//!
//! Each is a change of its own elsewhere in this module. Here the state that one leads to is the head of the next; only the
//! last state is published. So all of them happen, or none.

use hub_schema::{BranchName, CommitCounts, CommitParent, RowId};
use uuid::Uuid;

use super::append::Append;
use super::delete::Delete;
use super::packed_rows::PackedRows;
use super::values::{ValueEdit, WriteValues};
use crate::author::Author;
use crate::commit::{Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::hash::hash;
use crate::read::Snapshot;

/// What one commit does to the rows of a branch, in this order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Edit<'a> {
    /// Rows to append.
    pub rows: Option<&'a PackedRows>,
    /// Values to write, and the revision that the caller read.
    pub values: Option<(&'a ValueEdit, &'a Snapshot)>,
    /// Rows to delete; those that are deleted already are passed over.
    pub delete: &'a [RowId],
}

impl Dataset {
    /// Applies an edit to the head of a branch.
    ///
    /// # Errors
    /// Those of [`append`](Self::append), [`edit_values`](Self::edit_values) and [`delete`](Self::delete); nothing is
    /// committed then.
    pub async fn edit(&self, branch: &BranchName, author: &Author, edit: Edit<'_>) -> Result<Committed> {
        self.commit(branch, author, &Steps { dataset: self, branch, edit }).await
    }
}

struct Steps<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    edit: Edit<'a>,
}

impl Change for Steps<'_> {
    async fn apply(&self, head: Option<&Snapshot>, nonce: Uuid) -> Result<Option<NewState>> {
        let Self { dataset, branch, edit } = *self;
        let mut reached = Reached { dataset, branch, nonce, head: head.cloned(), state: None };
        if let Some(rows) = edit.rows {
            reached.then(&Append { dataset, branch, rows, once: None }).await?;
        }
        if let Some((edit, base)) = edit.values {
            reached.then(&WriteValues { dataset, branch, edit, base: Some(base) }).await?;
        }
        if !edit.delete.is_empty() {
            reached.then(&Delete { dataset, branch, rows: edit.delete }).await?;
        }
        Ok(reached.state)
    }
}

/// The state after some of the steps.
struct Reached<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    nonce: Uuid,
    /// The branch's head, or a revision of the state, which is not published.
    head: Option<Snapshot>,
    state: Option<NewState>,
}

impl Reached<'_> {
    /// Goes on with a step, which begins at the state that was reached.
    async fn then(&mut self, step: &impl Change) -> Result<()> {
        let Some(next) = step.apply(self.head.as_ref(), self.nonce).await? else { return Ok(()) };
        let state = match self.state.take() {
            None => next,
            Some(before) => joined(before, next),
        };
        let number = self.head.as_ref().map_or(0, |head| head.at().version) + 1;
        let id = hash(&[self.nonce.as_bytes().as_slice(), &number.to_le_bytes()].concat().into());
        let at = CommitParent { id, branch: self.branch.clone(), version: number };
        self.head = Some(self.dataset.unpublished(at, self.head.as_ref(), &state, self.nonce));
        self.state = Some(state);
        Ok(())
    }
}

/// Two states in a row as one. It keeps the first one's operation, which is the one that the commit names.
fn joined(before: NewState, next: NewState) -> NewState {
    let counts = CommitCounts {
        added: before.counts.added + next.counts.added,
        removed: before.counts.removed + next.counts.removed,
        changed: before.counts.changed + next.counts.changed,
        skipped: before.counts.skipped + next.counts.skipped,
        ..next.counts
    };
    let manifests = before.manifests.became(next.manifests);
    let skipped = before.skipped.into_iter().chain(next.skipped).collect();
    NewState { operation: before.operation, counts, manifests, skipped, ..next }
}
