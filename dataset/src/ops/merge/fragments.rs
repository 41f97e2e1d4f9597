//! Merges lists of fragments: which are kept, which are removed, which both sides changed.

use std::collections::HashMap;

use hub_schema::{Fragment, FragmentId, Schema};
use roaring::RoaringTreemap;

use super::fragment::{self, MergedFragment};
use super::three::Three;
use crate::dataset::Dataset;
use crate::error::{Conflict, Result};
use crate::ops::diff::{RowChanges, live_rows};

/// What a merge does to our fragments.
#[derive(Default)]
pub(super) struct FragmentChanges {
    /// Our fragments that are replaced or (`None`) removed.
    changes: HashMap<FragmentId, Option<Fragment>>,
    /// Our fragments that both sides changed.
    mixed: Vec<MergedFragment>,
    /// Their fragments, which are appended to ours.
    added: Vec<Fragment>,
}

/// Compares the three lists; writes nothing.
pub(super) fn compare(
    lists: Three<&[Fragment]>,
    replaced: &Three<RowChanges>,
    schema: &Schema,
) -> Result<FragmentChanges, Conflict> {
    let by_id = |list: &[Fragment]| -> HashMap<FragmentId, usize> {
        list.iter().enumerate().map(|(i, f)| (f.id, i)).collect()
    };
    let (bases, ours, theirs) = (by_id(lists.base), by_id(lists.ours), by_id(lists.theirs));
    let base = |id: FragmentId| bases.get(&id).map(|i| &lists.base[*i]);
    let rewritten = |f: &Fragment| Conflict::Rewritten { fragment: f.id.to_string() };
    let mut result = FragmentChanges::default();
    for our in lists.ours {
        match (base(our.id), theirs.get(&our.id).map(|i| &lists.theirs[*i])) {
            (was, Some(their)) => result.both(was, our, their, schema)?,
            (Some(was), None) if was != our => return Err(rewritten(our)),
            (Some(_), None) => {
                result.changes.insert(our.id, None);
            }
            (None, None) => refuse_moved(our, &replaced.theirs.removed)?,
        }
    }
    for their in lists.theirs.iter().filter(|f| !ours.contains_key(&f.id)) {
        match base(their.id) {
            Some(was) if was != their => return Err(rewritten(their)),
            Some(_) => {}
            None => {
                refuse_moved(their, &replaced.ours.removed)?;
                result.added.push(their.clone());
            }
        }
    }
    result.refuse_twice(lists.ours)?;
    Ok(result)
}

/// Refuses a fragment that one side compacted out of rows that the other side removed.
fn refuse_moved(new: &Fragment, removed: &RoaringTreemap) -> Result<(), Conflict> {
    if new.row_ids.is_empty() || live_rows(&[new]).is_disjoint(removed) {
        return Ok(());
    }
    Err(Conflict::Rewritten { fragment: new.id.to_string() })
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

    /// Refuses two compactions of the same rows.
    fn refuse_twice(&self, ours: &[Fragment]) -> Result<(), Conflict> {
        if self.added.iter().all(|f| f.row_ids.is_empty()) && ours.iter().all(|f| f.row_ids.is_empty()) {
            return Ok(());
        }
        let mut seen = RoaringTreemap::new();
        let kept = ours.iter().filter(|f| !matches!(self.changes.get(&f.id), Some(None)));
        for fragment in kept.chain(&self.added) {
            let rows = live_rows(&[fragment]);
            if !seen.is_disjoint(&rows) {
                return Err(Conflict::Rewritten { fragment: fragment.id.to_string() });
            }
            seen |= rows;
        }
        Ok(())
    }

    /// Writes what both sides changed; gives our fragments that change, and theirs that come behind.
    pub async fn write(
        self,
        dataset: &Dataset,
        schema: &Schema,
    ) -> Result<(HashMap<FragmentId, Option<Fragment>>, Vec<Fragment>)> {
        let mut changes = self.changes;
        for mixed in self.mixed {
            let fragment = mixed.write(dataset, schema).await?;
            changes.insert(fragment.id, Some(fragment));
        }
        Ok((changes, self.added))
    }
}
