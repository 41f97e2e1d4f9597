//! Merges rows whose fragments the two sides arranged differently: a compaction on one side, or on both.
//!
//! Rows keep their ids through a compaction, so the merge is made row by row. One side's fragments stay as they are (the
//! compacted ones, so that the work is not lost): rows that the other side deleted are deleted in them, and columns in
//! which the other side replaced values are written anew, without a look at any other column. Rows that only the other
//! side added, and that lie compacted among rows of both, are written as a fragment of their own.

use std::collections::BTreeMap;

use hub_schema::{FieldId, Fragment, FragmentId, Patch, RowId, Schema};
use roaring::{RoaringBitmap, RoaringTreemap};

use super::overlaps::Overlap;
use super::three::Three;
use super::transfer::{self, Taken};
use crate::error::{Conflict, Result};
use crate::ops::compact::NewFragment;
use crate::ops::diff::{RowChanges, all_rows, each_id, live_rows, patched, row_ids};
use crate::read::{FragmentIndex, Snapshot};

/// The state of the rows on the three sides.
pub(super) struct Sides<'a> {
    lists: Three<&'a FragmentIndex>,
    changes: &'a Three<RowChanges>,
    schemas: Three<&'a Schema>,
    merged: &'a Schema,
}

/// Rows that one side arranged differently, merged but not yet written.
pub(super) struct Regrouped {
    /// Our fragments that held them.
    ours: Vec<FragmentId>,
    /// Whether the fragments of the result are theirs.
    layout_is_theirs: bool,
    /// The fragments of the result, with the values to take over from the other side.
    fragments: Vec<(Fragment, Vec<Taken>)>,
    /// The places of the other side's fragments in its list.
    other: Vec<usize>,
    /// Fragments of the other side, of which only those rows are not deleted that the result does not hold yet.
    rest: Vec<Fragment>,
}

/// [`Regrouped`] after the columns were written.
pub(super) struct Written {
    /// Our fragments that are replaced or (`None`) removed.
    pub changes: Vec<(FragmentId, Option<Fragment>)>,
    /// Fragments that come after ours.
    pub added: Vec<Fragment>,
    /// Fragments without an id that come after those.
    pub rest: Vec<NewFragment>,
}

/// The side whose fragments are kept, and the other one.
struct Pair<'a> {
    layout: Vec<&'a Fragment>,
    other: Vec<&'a Fragment>,
    layout_changes: &'a RowChanges,
    other_changes: &'a RowChanges,
    layout_schema: &'a Schema,
    other_schema: &'a Schema,
}

impl<'a> Sides<'a> {
    pub fn new(
        lists: Three<&'a FragmentIndex>,
        changes: &'a Three<RowChanges>,
        schemas: Three<&'a Schema>,
        merged: &'a Schema,
    ) -> Self {
        Self { lists, changes, schemas, merged }
    }

    /// Merges the rows of some fragments; writes nothing.
    ///
    /// # Errors
    /// [`Conflict::Values`], [`Conflict::DeletedAndChanged`].
    pub fn merge(&self, overlap: &Overlap) -> Result<Regrouped, Conflict> {
        let ours: Vec<&Fragment> = overlap.ours.iter().map(|i| &self.lists.ours.fragments()[*i]).collect();
        let theirs: Vec<&Fragment> =
            overlap.theirs.iter().map(|i| &self.lists.theirs.fragments()[*i]).collect();
        let ids = ours.iter().map(|f| f.id).collect();
        let is_old = |f: &&Fragment| self.lists.base.find(f.id).is_some();
        let layout_is_theirs = !theirs.is_empty() && ours.iter().all(is_old);
        let (our_changes, their_changes) = (&self.changes.ours, &self.changes.theirs);
        let pair = match layout_is_theirs {
            false => Pair {
                layout: ours,
                other: theirs,
                layout_changes: our_changes,
                other_changes: their_changes,
                layout_schema: self.schemas.ours,
                other_schema: self.schemas.theirs,
            },
            true => Pair {
                layout: theirs,
                other: ours,
                layout_changes: their_changes,
                other_changes: our_changes,
                layout_schema: self.schemas.theirs,
                other_schema: self.schemas.ours,
            },
        };
        self.check_deletions(&pair)?;
        let rest = pair.rest();
        let fragments = self.fragments(&pair)?;
        let other = if layout_is_theirs { overlap.ours.clone() } else { overlap.theirs.clone() };
        Ok(Regrouped { ours: ids, layout_is_theirs, fragments, other, rest })
    }

    /// Refuses rows that one side deleted and the other changed.
    fn check_deletions(&self, pair: &Pair<'_>) -> Result<(), Conflict> {
        let sides = [
            (&pair.layout, pair.layout_changes, pair.other_changes),
            (&pair.other, pair.other_changes, pair.layout_changes),
        ];
        for (fragments, changes, deleter) in sides {
            if deleter.removed.is_empty() || changes.changed.is_empty() {
                continue;
            }
            let gone = live_rows(fragments) & &deleter.removed;
            for (id, changed) in &changes.changed {
                let row = (&gone & changed).min();
                if let (Some(row), Some(field)) = (row, self.merged.by_id(*id)) {
                    let (column, row) = (field.name.clone(), RowId::from_raw(row));
                    return Err(Conflict::DeletedAndChanged { column, row });
                }
            }
        }
        Ok(())
    }

    /// The fragments that stay, without the rows that the other side deleted, and what to take over into them.
    fn fragments(&self, pair: &Pair<'_>) -> Result<Vec<(Fragment, Vec<Taken>)>, Conflict> {
        let theirs_deleted = self.deletions(pair);
        let revived = self.revived(pair);
        let taken = self.taken(pair, &revived)?;
        if theirs_deleted.is_empty() && revived.is_empty() && taken.is_empty() {
            return Ok(pair.layout.iter().map(|f| ((*f).clone(), Vec::new())).collect());
        }
        let mut fragments = Vec::with_capacity(pair.layout.len());
        for fragment in &pair.layout {
            let mut fragment = (*fragment).clone();
            let ids = row_ids(&fragment);
            let offsets = |rows: &RoaringTreemap| -> RoaringBitmap {
                (0..fragment.rows).filter(|o| rows.contains(ids[*o as usize])).collect()
            };
            let (deleted, revived) = (offsets(&theirs_deleted), offsets(&revived));
            let columns = taken.iter().filter_map(|(field, rows)| {
                let rows = offsets(rows) - &deleted;
                (!rows.is_empty()).then(|| pair.take(&fragment, &ids, *field, rows))
            });
            let columns = columns.collect();
            fragment.deleted = (fragment.deleted - revived) | deleted;
            fragments.push((fragment, columns));
        }
        fragments.retain(|(fragment, _)| fragment.live_rows() > 0);
        Ok(fragments)
    }

    /// Rows of the layout that the other side deleted.
    fn deletions(&self, pair: &Pair<'_>) -> RoaringTreemap {
        let live = live_rows(&pair.layout);
        let mut gone = &live & &pair.other_changes.removed;
        // Rows that both sides added: the other side has them, deleted.
        let added = &live & &pair.layout_changes.added;
        if !added.is_empty() {
            let dead = (all_rows(&pair.other) - live_rows(&pair.other)) & added;
            gone |= dead.iter().filter(|id| !self.base_holds(*id)).collect::<RoaringTreemap>();
        }
        gone
    }

    /// Rows that are deleted in the layout as they were in the base, and that the other side restored.
    fn revived(&self, pair: &Pair<'_>) -> RoaringTreemap {
        if pair.other_changes.added.is_empty() {
            return RoaringTreemap::new();
        }
        let dead = all_rows(&pair.layout) - live_rows(&pair.layout);
        let dead = dead & live_rows(&pair.other) & &pair.other_changes.added;
        dead.iter().filter(|id| self.base_holds(*id)).collect()
    }

    fn base_holds(&self, id: u64) -> bool {
        self.lists.base.of_row(RowId::from_raw(id)).is_some()
    }

    /// For each column the rows whose value is the other side's.
    ///
    /// # Errors
    /// [`Conflict::Values`] where both sides replaced a value.
    fn taken(
        &self,
        pair: &Pair<'_>,
        revived: &RoaringTreemap,
    ) -> Result<BTreeMap<FieldId, RoaringTreemap>, Conflict> {
        let mut taken = BTreeMap::new();
        if pair.other.is_empty() {
            return Ok(taken);
        }
        let live = [live_rows(&pair.layout), live_rows(&pair.other)];
        let both = &live[0] & &live[1];
        let added_by_both = &both & &pair.layout_changes.added & &pair.other_changes.added;
        let (ours, theirs) = (patched(&pair.layout), patched(&pair.other));
        let mut differing: BTreeMap<FieldId, [RoaringTreemap; 2]> = BTreeMap::new();
        for key in ours.keys().chain(theirs.keys()) {
            let none = RoaringTreemap::new();
            let (our, their) = (ours.get(key).unwrap_or(&none), theirs.get(key).unwrap_or(&none));
            let only = differing.entry(key.0).or_default();
            only[0] |= our - their;
            only[1] |= their - our;
        }
        let none = RoaringTreemap::new();
        for field in &self.merged.fields {
            if pair.layout_schema.by_id(field.id).is_none() {
                // A column that the other side added.
                if pair.other.iter().any(|f| f.file_of(field.id).is_some()) {
                    taken.insert(field.id, &both | revived);
                }
                continue;
            }
            if pair.other_schema.by_id(field.id).is_none() {
                continue;
            }
            let changed = |changes: &RowChanges| changes.changed.get(&field.id).unwrap_or(&none) & &both;
            let [only_layout, only_other] = match differing.remove(&field.id) {
                Some(only) => only,
                None => continue,
            };
            let differs = &only_layout | &only_other;
            let here = (changed(pair.layout_changes) | (&only_layout & &added_by_both)) & &differs;
            let there = (changed(pair.other_changes) | (&only_other & &added_by_both)) & &differs;
            let clash = &here & &there;
            if let Some(row) = clash.min() {
                let (column, row) = (field.name.clone(), RowId::from_raw(row));
                return Err(Conflict::Values { column, row, rows: clash.len() });
            }
            let rows = there | (revived & differs);
            if !rows.is_empty() {
                taken.insert(field.id, rows);
            }
        }
        Ok(taken)
    }
}

impl Pair<'_> {
    /// Rows that only the other side added, and that lie in its compacted fragments, where the layout has no place for
    /// them.
    fn rest(&self) -> Vec<Fragment> {
        if self.layout.is_empty() || self.other.is_empty() || self.other_changes.added.is_empty() {
            return Vec::new();
        }
        let held = all_rows(&self.layout);
        let mut rest = Vec::new();
        for fragment in &self.other {
            let new = (live_rows(&[fragment]) & &self.other_changes.added) - &held;
            if !new.is_empty() {
                let ids = row_ids(fragment);
                let others = (0..fragment.rows).filter(|o| !new.contains(ids[*o as usize]));
                rest.push(Fragment { deleted: others.collect(), ..(*fragment).clone() });
            }
        }
        rest
    }

    /// Values of a column to take over into `fragment`, with the patches that the column has then.
    fn take(&self, fragment: &Fragment, ids: &[u64], field: FieldId, rows: RoaringBitmap) -> Taken {
        let taken: RoaringTreemap = rows.iter().map(|o| ids[o as usize]).collect();
        let mut patches: Vec<Patch> = Vec::new();
        let mut add = |patch: &Patch, rows: RoaringBitmap| {
            match patches.iter_mut().find(|p| p.by == patch.by) {
                _ if rows.is_empty() => {}
                Some(known) => known.rows |= rows,
                None => patches.push(Patch { by: patch.by, fields: vec![field], rows }),
            };
        };
        let of_field = |fragment: &Fragment| -> Vec<Patch> {
            let patches = fragment.file_of(field).map(|f| f.patches.as_slice()).unwrap_or_default();
            patches.iter().filter(|p| p.fields.contains(&field)).cloned().collect()
        };
        for patch in of_field(fragment) {
            add(&patch, &patch.rows - &rows);
        }
        for other in &self.other {
            for patch in of_field(other) {
                let mut theirs = RoaringTreemap::new();
                each_id(other, &patch.rows, |id| {
                    theirs.insert(id);
                });
                theirs &= &taken;
                if !theirs.is_empty() {
                    add(&patch, rows.iter().filter(|o| theirs.contains(ids[*o as usize])).collect());
                }
            }
        }
        Taken { field, rows, patches }
    }
}

impl Regrouped {
    /// Writes the columns that are taken over, and the rows that have no place yet.
    pub async fn write(self, ours: &Snapshot, theirs: &Snapshot, schema: &Schema) -> Result<Written> {
        let (layout, other) = if self.layout_is_theirs { (theirs, ours) } else { (ours, theirs) };
        let mut fragments = Vec::with_capacity(self.fragments.len());
        for (fragment, taken) in self.fragments {
            let from = transfer::From { snapshot: other, fragments: &self.other };
            fragments.push(transfer::write(layout.dataset(), from, fragment, &taken, schema).await?);
        }
        let mut rest = Vec::new();
        for run in self.rest.chunk_by(|a, b| a.split == b.split) {
            rest.extend(NewFragment::write(other.dataset(), schema, run, &[]).await?);
        }
        let mut fragments = fragments.into_iter();
        let changes = match self.layout_is_theirs {
            // Each of theirs comes in the place of one of ours, so that the order of the rows changes little.
            true => self.ours.iter().map(|id| (*id, fragments.next())).collect(),
            false => {
                let mut left: BTreeMap<FragmentId, Fragment> =
                    fragments.by_ref().map(|f| (f.id, f)).collect();
                let index = ours.index().await?;
                let changes = self.ours.iter().map(|id| (*id, left.remove(id)));
                changes.filter(|(id, new)| index.find(*id) != new.as_ref()).collect()
            }
        };
        Ok(Written { changes, added: fragments.collect(), rest })
    }
}
