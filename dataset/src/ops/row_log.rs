//! The log of one row: the commits that added, changed or removed it.
//!
//! Read from commits and manifests alone: a commit that replaced a value is recorded beside it, so two neighbouring
//! revisions tell which columns of the row the later one replaced. First parents are followed; what came by a merge
//! is the merge's.

use hub_schema::RowId;

use crate::error::Result;
use crate::ops::values::is_replaced;
use crate::read::Snapshot;

/// Commits that are read for one part of a log.
const MAX_COMMITS: usize = 500;

/// What a commit did to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowAction {
    /// The row came in.
    Added,
    /// Values of these columns were replaced; their names are those after the commit.
    Changed(Vec<String>),
    /// The row was removed.
    Removed,
}

/// A commit that touched a row.
#[derive(Clone, Debug)]
pub struct RowChange {
    /// The revision after the commit.
    pub after: Snapshot,
    /// The revision before it; `None` for a first commit.
    pub before: Option<Snapshot>,
    /// What it did.
    pub action: RowAction,
}

/// A part of the log of a row, the newest commit first.
#[derive(Clone, Debug)]
pub struct RowLog {
    /// The commits that touched it.
    pub changes: Vec<RowChange>,
    /// Where the log goes on; `None` at its end.
    pub next: Option<Snapshot>,
}

impl Snapshot {
    /// The commits that touched a row, from this revision back, at most `limit`. A part ends early after many commits
    /// that didn't touch it.
    ///
    /// # Errors
    /// A commit or manifest can't be read.
    pub async fn row_log(&self, row: RowId, limit: usize) -> Result<RowLog> {
        let mut changes = Vec::new();
        let mut after = self.clone();
        for _ in 0..MAX_COMMITS {
            let before = match after.commit().parents.first() {
                Some(parent) => Some(self.dataset().at(parent).await?),
                None => None,
            };
            if let Some(action) = action(before.as_ref(), &after, row).await? {
                changes.push(RowChange { after: after.clone(), before: before.clone(), action });
            }
            match before {
                None => return Ok(RowLog { changes, next: None }),
                Some(before) if changes.len() >= limit => return Ok(RowLog { changes, next: Some(before) }),
                Some(before) => after = before,
            }
        }
        Ok(RowLog { changes, next: Some(after) })
    }
}

async fn action(before: Option<&Snapshot>, after: &Snapshot, row: RowId) -> Result<Option<RowAction>> {
    let now = after.index().await?;
    let is = now.of_row(row).is_some_and(|place| now.position(place).is_some());
    let Some(before) = before else { return Ok(is.then_some(RowAction::Added)) };
    let then = before.index().await?;
    let was = then.of_row(row).is_some_and(|place| then.position(place).is_some());
    Ok(match (was, is) {
        (false, true) => Some(RowAction::Added),
        (true, false) => Some(RowAction::Removed),
        (false, false) => None,
        (true, true) => {
            let fields = after.schema().fields.iter().filter(|field| is_replaced(then, now, field.id, row));
            let columns: Vec<String> = fields.map(|field| field.name.clone()).collect();
            (!columns.is_empty()).then_some(RowAction::Changed(columns))
        }
    })
}
