//! The fragments of a revision, found by position and by row id.

use std::collections::HashMap;

use hub_schema::{Fragment, FragmentId, RowId};

/// Where a row is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The fragment's place in the index.
    pub fragment: usize,
    /// The row's offset in the fragment, deleted rows counted.
    pub offset: u32,
}

/// All fragments of a revision, in order.
#[derive(Debug)]
pub struct FragmentIndex {
    fragments: Vec<Fragment>,
    /// Position of each fragment's first row, and the number of rows at the end.
    starts: Vec<u64>,
    by_id: HashMap<FragmentId, usize>,
    /// Fragments that hold rows born in another fragment (after a compaction).
    moved: HashMap<FragmentId, Vec<usize>>,
}

impl FragmentIndex {
    /// The index of these fragments.
    pub fn new(fragments: Vec<Fragment>) -> Self {
        let mut starts = Vec::with_capacity(fragments.len() + 1);
        let mut at = 0;
        let mut moved: HashMap<FragmentId, Vec<usize>> = HashMap::new();
        for (i, fragment) in fragments.iter().enumerate() {
            starts.push(at);
            at += u64::from(fragment.live_rows());
            for run in &fragment.row_ids {
                let homes = moved.entry(run.first.fragment()).or_default();
                if homes.last() != Some(&i) {
                    homes.push(i);
                }
            }
        }
        starts.push(at);
        let by_id = fragments.iter().enumerate().map(|(i, f)| (f.id, i)).collect();
        Self { fragments, starts, by_id, moved }
    }

    /// The revision's fragments, in the order of their rows.
    pub fn fragments(&self) -> &[Fragment] {
        &self.fragments
    }

    /// Rows that are not deleted.
    pub fn rows(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The position of a fragment's first row.
    pub fn start(&self, fragment: usize) -> u64 {
        self.starts[fragment]
    }

    /// The fragment of that id.
    pub fn find(&self, id: FragmentId) -> Option<&Fragment> {
        self.by_id.get(&id).map(|i| &self.fragments[*i])
    }

    /// The row at a position.
    pub fn at(&self, position: u64) -> Option<Place> {
        if position >= self.rows() {
            return None;
        }
        let fragment = self.starts.partition_point(|s| *s <= position) - 1;
        // Where fragments are empty several share a start; the last of them holds the row.
        let nth = (position - self.starts[fragment]) as u32;
        let deleted = &self.fragments[fragment].deleted;
        let offset = if deleted.is_empty() { nth } else { nth_live(&self.fragments[fragment], nth)? };
        Some(Place { fragment, offset })
    }

    /// The row of that id, deleted or not.
    pub fn of_row(&self, id: RowId) -> Option<Place> {
        let born = id.fragment();
        let moved = self.moved.get(&born).into_iter().flatten().copied();
        let homes = self.by_id.get(&born).copied().into_iter().chain(moved);
        homes.into_iter().find_map(|fragment| {
            let offset = self.fragments[fragment].offset_of(id)?;
            Some(Place { fragment, offset })
        })
    }

    /// The position of a row; `None` if it is deleted.
    pub fn position(&self, place: Place) -> Option<u64> {
        let fragment = &self.fragments[place.fragment];
        if fragment.deleted.contains(place.offset) {
            return None;
        }
        let gone = if place.offset == 0 { 0 } else { fragment.deleted.rank(place.offset - 1) };
        Some(self.starts[place.fragment] + u64::from(place.offset) - gone)
    }
}

/// The offset of the `nth` row that is not deleted.
fn nth_live(fragment: &Fragment, nth: u32) -> Option<u32> {
    let (mut low, mut high) = (nth, fragment.rows);
    while low < high {
        let middle = low + (high - low) / 2;
        let live = u64::from(middle) + 1 - fragment.deleted.rank(middle);
        if live > u64::from(nth) { high = middle } else { low = middle + 1 }
    }
    (low < fragment.rows).then_some(low)
}

#[cfg(test)]
mod tests {
    use roaring::RoaringBitmap;

    use super::*;

    fn fragment(id: u64, rows: u32, deleted: &[u32]) -> Fragment {
        Fragment {
            id: FragmentId::from_raw(id),
            rows,
            split: None,
            row_groups: vec![rows],
            files: vec![],
            deleted: RoaringBitmap::from_iter(deleted),
            row_ids: vec![],
        }
    }

    #[test]
    fn positions_skip_deleted_rows() {
        let index =
            FragmentIndex::new(vec![fragment(1, 4, &[0, 2]), fragment(2, 2, &[0, 1]), fragment(3, 3, &[2])]);
        let places: Vec<_> = (0..index.rows()).map(|p| index.at(p).unwrap()).collect();
        let wanted = [(0, 1), (0, 3), (2, 0), (2, 1)];
        assert_eq!(places, wanted.map(|(fragment, offset)| Place { fragment, offset }));
        assert_eq!(index.at(4), None);
        for (position, place) in places.iter().enumerate() {
            assert_eq!(index.position(*place), Some(position as u64));
        }
        assert_eq!(index.position(Place { fragment: 0, offset: 2 }), None);
    }
}
