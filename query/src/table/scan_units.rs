//! Finds the row groups that may hold matching rows, fragment by fragment.

use std::ops::Range;

use futures::stream::{self, StreamExt};
use hub_dataset::FragmentReader;
use hub_dataset::read::FragmentIndex;
use hub_schema::{Field, Fragment};

use super::columns::Origin;
use super::prune;
use super::scan::Scan;
use crate::error::QueryError;

/// Data sets whose manifests are read at a time.
const MEMBERS_AT_ONCE: usize = 16;

/// Rows of one row group, to be read.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The data set: an index into [`Scan::members`].
    pub member: usize,
    /// The fragment: an index into the revision's fragments.
    pub fragment: usize,
    /// The rows: offsets in the fragment, ascending.
    pub offsets: Vec<u32>,
    /// The position of each row in the revision.
    pub positions: Vec<u64>,
}

impl Scan {
    /// The fragments of all data sets that may hold matching rows, judging by their positions and splits; each as
    /// (data set, fragment).
    pub async fn fragments(&self) -> Result<Vec<(usize, usize)>, QueryError> {
        self.read_indexes().await;
        let mut found = Vec::new();
        for (m, member) in self.members.iter().enumerate() {
            let index = member.named.snapshot.index().await.map_err(|e| self.wrong(m, e))?;
            for (f, fragment) in index.fragments().iter().enumerate() {
                let rows = positions_of(index, f);
                let any = match &member.positions {
                    None => !rows.is_empty(),
                    Some(left) => !rows.is_empty() && left.range_cardinality(clamp(&rows)) > 0,
                };
                if any && prune::may_hold(self, m, fragment, &rows)? {
                    found.push((m, f));
                }
            }
        }
        Ok(found)
    }

    /// Reads the manifests of all data sets, several at a time: one after the other takes long where there are thousands.
    /// The errors are those of who needs one.
    pub(super) async fn read_indexes(&self) {
        let unread = self.members.iter().map(|member| &member.named.snapshot);
        let unread: Vec<_> = unread.filter(|snapshot| snapshot.known_index().is_none()).collect();
        let reads = unread.into_iter().map(|snapshot| async move { drop(snapshot.index().await) });
        stream::iter(reads.collect::<Vec<_>>()).buffer_unordered(MEMBERS_AT_ONCE).collect::<()>().await;
    }

    /// The row groups of a fragment that may hold matching rows, with the rows to be read.
    pub async fn units(&self, m: usize, f: usize) -> Result<Vec<Unit>, QueryError> {
        let member = &self.members[m];
        let index = member.named.snapshot.index().await?;
        let fragment = &index.fragments()[f];
        let keep = self.kept_row_groups(m, fragment).await?;
        let mut units = Vec::new();
        let mut start = 0;
        let mut position = index.start(f);
        for (group, rows) in fragment.row_groups.iter().enumerate() {
            let end = start + rows;
            let gone = fragment.deleted.range_cardinality(start..end);
            let live = u64::from(*rows) - gone;
            if keep.get(group).copied().unwrap_or(true) && live > 0 {
                let mut unit = Unit { member: m, fragment: f, offsets: vec![], positions: vec![] };
                let live_offsets = (start..end).filter(|o| gone == 0 || !fragment.deleted.contains(*o));
                for (at, offset) in (position..).zip(live_offsets) {
                    let left = member.positions.as_ref();
                    if left.is_none_or(|l| u32::try_from(at).is_ok_and(|at| l.contains(at))) {
                        unit.offsets.push(offset);
                        unit.positions.push(at);
                    }
                }
                if !unit.offsets.is_empty() {
                    units.push(unit);
                }
            }
            position += live;
            start = end;
        }
        Ok(units)
    }

    async fn kept_row_groups(&self, m: usize, fragment: &Fragment) -> Result<Vec<bool>, QueryError> {
        let member = &self.members[m];
        let fields: Vec<&Field> = member
            .conditions
            .iter()
            .flat_map(|c| &self.conditions[*c].columns)
            .filter_map(|c| match &self.columns.columns[*c].origins[member.member] {
                // Media have no statistics.
                Origin::Column(field) if !field.feature.is_bulky() => Some(field.as_ref()),
                _ => None,
            })
            .collect();
        if fields.is_empty() {
            return Ok(vec![true; fragment.row_groups.len()]);
        }
        let reader = FragmentReader::open(member.named.snapshot.dataset(), fragment, &fields).await?;
        prune::row_groups(self, m, &reader)
    }
}

/// The positions of a fragment's rows.
pub fn positions_of(index: &FragmentIndex, fragment: usize) -> Range<u64> {
    let start = index.start(fragment);
    start..start + u64::from(index.fragments()[fragment].live_rows())
}

/// Positions as 32-bit numbers, which bitmaps hold.
fn clamp(rows: &Range<u64>) -> Range<u32> {
    let most = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    most(rows.start)..most(rows.end)
}
