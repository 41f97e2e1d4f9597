//! Which rows differ between two lists of fragments.

use std::collections::{BTreeMap, HashMap};

use hub_schema::{FieldId, Fragment, FragmentId};
use roaring::{RoaringBitmap, RoaringTreemap};
use uuid::Uuid;

/// Rows that differ, by their ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowChanges {
    /// Rows that only the new side holds.
    pub added: RoaringTreemap,
    /// Rows that only the old side holds.
    pub removed: RoaringTreemap,
    /// Rows on both sides whose value of a column differs.
    pub changed: BTreeMap<FieldId, RoaringTreemap>,
}

impl RowChanges {
    /// What differs between these fragments.
    pub fn between(old: &[Fragment], new: &[Fragment]) -> Self {
        let by_id: HashMap<FragmentId, &Fragment> = old.iter().map(|f| (f.id, f)).collect();
        let mut equal: Vec<FragmentId> =
            new.iter().filter(|f| by_id.get(&f.id) == Some(f)).map(|f| f.id).collect();
        equal.sort_unstable();
        let differs = |f: &&Fragment| equal.binary_search(&f.id).is_err();
        let old: Vec<&Fragment> = old.iter().filter(differs).collect();
        let new: Vec<&Fragment> = new.iter().filter(differs).collect();
        let (was, is) = (live_rows(&old), live_rows(&new));
        let both = &was & &is;
        Self { added: &is - &was, removed: &was - &is, changed: replaced(&old, &new, &both) }
    }

    /// The rows some of whose values differ.
    pub fn changed_rows(&self) -> RoaringTreemap {
        self.changed.values().fold(RoaringTreemap::new(), |all, rows| all | rows)
    }
}

/// The ids of all rows, deleted or not.
pub(crate) fn all_rows(fragments: &[&Fragment]) -> RoaringTreemap {
    let mut all = RoaringTreemap::new();
    for fragment in fragments {
        if fragment.row_ids.is_empty() {
            let first = fragment.row_id(0).raw();
            all.insert_range(first..first + u64::from(fragment.rows));
        }
        for run in &fragment.row_ids {
            all.insert_range(run.first.raw()..run.first.raw() + u64::from(run.rows));
        }
    }
    all
}

/// The ids of the rows that are not deleted.
pub(crate) fn live_rows(fragments: &[&Fragment]) -> RoaringTreemap {
    let mut live = all_rows(fragments);
    for fragment in fragments {
        each_id(fragment, &fragment.deleted, |id| {
            live.remove(id);
        });
    }
    live
}

/// Calls `id` with the id of each row of a bitmap of offsets.
pub(crate) fn each_id(fragment: &Fragment, offsets: &RoaringBitmap, mut id: impl FnMut(u64)) {
    if fragment.row_ids.is_empty() {
        let first = fragment.row_id(0).raw();
        offsets.iter().for_each(|offset| id(first + u64::from(offset)));
        return;
    }
    let mut start = 0;
    for run in &fragment.row_ids {
        for offset in offsets.range(start..start + run.rows) {
            id(run.first.raw() + u64::from(offset - start));
        }
        start += run.rows;
    }
}

/// The ids of all rows of a fragment, deleted or not, by offset.
pub(crate) fn row_ids(fragment: &Fragment) -> Vec<u64> {
    let mut ids = Vec::with_capacity(fragment.rows as usize);
    each_id(fragment, &(0..fragment.rows).collect(), |id| ids.push(id));
    ids
}

/// Rows that a commit replaced which only one side knows, by column.
fn replaced(
    old: &[&Fragment],
    new: &[&Fragment],
    both: &RoaringTreemap,
) -> BTreeMap<FieldId, RoaringTreemap> {
    let (mut then, mut now) = (patched(old), patched(new));
    let mut changed: BTreeMap<FieldId, RoaringTreemap> = BTreeMap::new();
    let keys: Vec<(FieldId, Uuid)> = then.keys().chain(now.keys()).copied().collect();
    for key in keys {
        let rows = (then.remove(&key).unwrap_or_default() ^ now.remove(&key).unwrap_or_default()) & both;
        if !rows.is_empty() {
            *changed.entry(key.0).or_default() |= rows;
        }
    }
    changed
}

/// The rows that each commit replaced, by column and the commit's nonce.
pub(crate) fn patched(fragments: &[&Fragment]) -> HashMap<(FieldId, Uuid), RoaringTreemap> {
    let mut patched: HashMap<(FieldId, Uuid), RoaringTreemap> = HashMap::new();
    for fragment in fragments {
        for file in &fragment.files {
            for patch in &file.patches {
                for field in patch.fields.iter().filter(|f| file.fields.contains(f)) {
                    let rows = patched.entry((*field, patch.by)).or_default();
                    each_id(fragment, &patch.rows, |id| {
                        rows.insert(id);
                    });
                }
            }
        }
    }
    patched
}
