//! Split: rows move to other splits, and nothing is rewritten.
//!
//! A split is a property of a fragment. A fragment whose rows go to several splits becomes one fragment for each of them,
//! over the same files, in which the rows of the others are deleted. Rows keep their ids. A compaction writes the rows of
//! each split to files of their own, where that is wanted.

use std::collections::{BTreeMap, HashMap};

use hub_schema::{BranchName, CommitCounts, Fragment, FragmentId, Operation, RowId, RowRun};
use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::author::Author;
use crate::commit::{AppendKeys, Change, Committed, NewState};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::{UsedIds, list};
use crate::read::Snapshot;

/// The name under which the log lists the change.
const SPLIT_COLUMN: &str = "_split";

impl Dataset {
    /// Moves rows to splits; rows that are not named stay in theirs.
    ///
    /// # Errors
    /// [`Error::NoRow`] for a row that is not in the branch any more.
    pub async fn assign_splits(
        &self,
        branch: &BranchName,
        author: &Author,
        splits: &HashMap<RowId, String>,
    ) -> Result<Committed> {
        self.commit(branch, author, &AssignSplits { dataset: self, branch, splits }).await
    }
}

struct AssignSplits<'a> {
    dataset: &'a Dataset,
    branch: &'a BranchName,
    splits: &'a HashMap<RowId, String>,
}

impl Change for AssignSplits<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let index = head.index().await?;
        for row in self.splits.keys() {
            let is_there = index.of_row(*row).is_some_and(|place| index.position(place).is_some());
            if !is_there {
                return Err(Error::NoRow(*row));
            }
        }
        let mut used = UsedIds::default();
        for fragment in index.fragments() {
            used.insert(fragment.id);
            for run in &fragment.row_ids {
                used.insert(run.first.fragment());
            }
        }
        let (mut fragments, mut changed) = (Vec::new(), 0);
        for fragment in index.fragments() {
            fragments.extend(self.divide(fragment, &mut used, &mut changed));
        }
        if changed == 0 {
            return Ok(None);
        }
        let counts = CommitCounts { added: 0, removed: 0, changed, ..list::count(&fragments) };
        Ok(Some(NewState {
            schema: head.schema().clone(),
            manifests: list::write(self.dataset.store(), &fragments).await?,
            is_copy: false,
            operation: Operation::ReplaceValues { columns: vec![SPLIT_COLUMN.to_owned()] },
            counts,
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::of(head),
        }))
    }
}

impl AssignSplits<'_> {
    /// The fragments that a fragment becomes; adds to `changed` the rows that move.
    fn divide(&self, fragment: &Fragment, used: &mut UsedIds, changed: &mut u64) -> Vec<Fragment> {
        let mut parts: BTreeMap<Option<String>, RoaringBitmap> = BTreeMap::new();
        for offset in fragment.live_offsets() {
            let split = self.splits.get(&fragment.row_id(offset)).or(fragment.split.as_ref()).cloned();
            *changed += u64::from(split != fragment.split);
            parts.entry(split).or_default().insert(offset);
        }
        match parts.len() {
            0 => vec![fragment.clone()],
            1 => parts.into_keys().map(|split| Fragment { split, ..fragment.clone() }).collect(),
            _ => {
                let part = |(nth, (split, live)): (usize, (Option<String>, RoaringBitmap))| {
                    part(fragment, split, &live, nth == 0, used)
                };
                parts.into_iter().enumerate().map(part).collect()
            }
        }
    }
}

/// The part of a fragment with the rows of a split. The first part keeps the rows that were deleted before, whose ids stay
/// taken; other rows that are not of the split get ids that nobody has seen.
fn part(
    fragment: &Fragment,
    split: Option<String>,
    live: &RoaringBitmap,
    is_first: bool,
    used: &mut UsedIds,
) -> Fragment {
    let mut id = drawn_id(fragment.id, split.as_deref());
    while !used.insert(id) {
        id = id.next();
    }
    let mut row_ids: Vec<RowRun> = Vec::new();
    for offset in 0..fragment.rows {
        let is_kept = live.contains(offset) || is_first && fragment.deleted.contains(offset);
        let row = if is_kept { fragment.row_id(offset) } else { RowId::new(id, offset) };
        match row_ids.last_mut() {
            Some(run) if run.first.raw() + u64::from(run.rows) == row.raw() => run.rows += 1,
            _ => row_ids.push(RowRun { first: row, rows: 1 }),
        }
    }
    let deleted = (0..fragment.rows).filter(|offset| !live.contains(*offset)).collect();
    Fragment { id, split, deleted, row_ids, ..fragment.clone() }
}

/// An id that follows from the fragment's and the split's name, so that the same division gives the same ids.
fn drawn_id(from: FragmentId, split: Option<&str>) -> FragmentId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(from.to_string().as_bytes()).update(&[0]).update(split.unwrap_or_default().as_bytes());
    let hash = hasher.finalize();
    FragmentId::from_raw(hash.as_bytes()[..5].iter().fold(0, |id, byte| (id << 8) | u64::from(*byte)))
}
