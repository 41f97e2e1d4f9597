//! Merges lists of fragments: which are kept, which are removed, which both sides changed, and which hold the same
//! rows in another arrangement.

use std::collections::HashMap;

use hub_schema::{Fragment, FragmentId, RowId, Schema};

use super::fragment::{self, MergedFragment};
use super::overlaps::overlaps;
use super::regroup::{self, Regrouped};
use super::three::Three;
use crate::dataset::Dataset;
use crate::error::{Conflict, Result};
use crate::manifest::UsedIds;
use crate::ops::diff::{RowChanges, row_ids};
use crate::read::{FragmentIndex, Snapshot};

/// What a merge does to our fragments.
#[derive(Default)]
pub(super) struct FragmentChanges {
    /// Our fragments that are replaced or (`None`) removed.
    changes: HashMap<FragmentId, Option<Fragment>>,
    /// Our fragments that both sides changed.
    mixed: Vec<MergedFragment>,
    /// Fragments whose rows the other side holds in other fragments, or not at all.
    regrouped: Vec<Regrouped>,
}

/// The fragments after a merge.
pub(super) struct MergedFragments {
    /// Our fragments that are replaced or (`None`) removed.
    pub changes: HashMap<FragmentId, Option<Fragment>>,
    /// Fragments that come after ours.
    pub added: Vec<Fragment>,
}

/// Compares the three lists; writes nothing.
pub(super) fn compare(
    lists: Three<&FragmentIndex>,
    replaced: &Three<RowChanges>,
    schemas: Three<&Schema>,
    merged: &Schema,
) -> Result<FragmentChanges, Conflict> {
    let mut result = FragmentChanges::default();
    let (mut only_ours, mut only_theirs) = (Vec::new(), Vec::new());
    for (place, our) in lists.ours.fragments().iter().enumerate() {
        match lists.theirs.find(our.id) {
            Some(their) if !is_elsewhere(our, lists.base) => {
                result.both(lists.base.find(our.id), our, their, merged)?;
            }
            _ => only_ours.push((place, our)),
        }
    }
    for (place, their) in lists.theirs.fragments().iter().enumerate() {
        if lists.ours.find(their.id).is_none_or(|our| is_elsewhere(our, lists.base)) {
            only_theirs.push((place, their));
        }
    }
    let sides = regroup::Sides::new(lists, replaced, schemas, merged);
    for overlap in overlaps(&only_ours, &only_theirs) {
        result.regrouped.push(sides.merge(&overlap)?);
    }
    Ok(result)
}

/// Whether the base holds rows of a fragment in other fragments: both sides have undone the same compaction, or made the
/// same.
fn is_elsewhere(fragment: &Fragment, base: &FragmentIndex) -> bool {
    base.find(fragment.id).is_none()
        && row_ids(fragment).into_iter().any(|id| base.of_row(RowId::from_raw(id)).is_some())
}

impl FragmentChanges {
    fn both(
        &mut self,
        was: Option<&Fragment>,
        our: &Fragment,
        their: &Fragment,
        schema: &Schema,
    ) -> Result<(), Conflict> {
        if our == their || was == Some(their) {
            return Ok(());
        }
        if was == Some(our) {
            self.changes.insert(our.id, Some(their.clone()));
            return Ok(());
        }
        self.mixed.push(fragment::merge_fragment(was, our, their, schema)?);
        Ok(())
    }

    /// Writes what both sides changed.
    pub async fn write(
        self,
        dataset: &Dataset,
        ours: &Snapshot,
        theirs: &Snapshot,
        schema: &Schema,
    ) -> Result<MergedFragments> {
        let mut changes = self.changes;
        for mixed in self.mixed {
            let fragment = mixed.write(dataset, schema).await?;
            changes.insert(fragment.id, Some(fragment));
        }
        let (mut added, mut rest) = (Vec::new(), Vec::new());
        for regrouped in self.regrouped {
            let written = regrouped.write(ours, theirs, schema).await?;
            changes.extend(written.changes);
            added.extend(written.added);
            rest.extend(written.rest);
        }
        if !rest.is_empty() {
            let ours = ours.index().await?.fragments().iter();
            let kept = ours.filter_map(|f| changes.get(&f.id).map_or(Some(f), Option::as_ref));
            let mut used = UsedIds::default();
            for fragment in kept.chain(&added) {
                used.insert(fragment.id);
                for run in &fragment.row_ids {
                    used.insert(run.first.fragment());
                }
            }
            // Their own rows were born in fragments whose ids the new ones must not get either.
            for id in rest.iter().flat_map(|new| new.birthplaces()) {
                used.insert(id);
            }
            added.extend(rest.iter().map(|new| new.with_id(&mut used)));
        }
        Ok(MergedFragments { changes, added })
    }
}
