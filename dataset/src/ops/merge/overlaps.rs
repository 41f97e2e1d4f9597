//! Which fragments of two sides hold the same rows, where their ids don't tell: one side was compacted.

use std::collections::BTreeMap;

use hub_schema::{Fragment, RowId};

/// Fragments of both sides, by their places in the lists, that together hold some rows and no others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Overlap {
    pub ours: Vec<usize>,
    pub theirs: Vec<usize>,
}

/// Groups fragments of the two sides by the rows that they hold, deleted ones counted. A fragment whose rows the other
/// side holds nowhere is in a group of its own. In the order of our fragments, then of those that only theirs has.
pub(super) fn overlaps(ours: &[(usize, &Fragment)], theirs: &[(usize, &Fragment)]) -> Vec<Overlap> {
    let mut groups = Groups { parents: (0..ours.len() + theirs.len()).collect() };
    let (our_runs, their_runs) = (runs(ours, 0), runs(theirs, ours.len()));
    let (mut i, mut j) = (0, 0);
    while let (Some(our), Some(their)) = (our_runs.get(i), their_runs.get(j)) {
        if our.first < their.end && their.first < our.end {
            groups.join(our.node, their.node);
        }
        if our.end <= their.end { i += 1 } else { j += 1 }
    }
    let mut by_root: BTreeMap<usize, Overlap> = BTreeMap::new();
    for (node, (place, _)) in ours.iter().enumerate() {
        by_root.entry(groups.root(node)).or_default().ours.push(*place);
    }
    for (node, (place, _)) in theirs.iter().enumerate() {
        by_root.entry(groups.root(ours.len() + node)).or_default().theirs.push(*place);
    }
    by_root.into_values().collect()
}

/// Ids that count up, and the node whose fragment holds them.
struct Run {
    first: u64,
    end: u64,
    node: usize,
}

/// The runs of row ids of some fragments, sorted. No two runs of one side share an id.
fn runs(fragments: &[(usize, &Fragment)], first_node: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for (node, (_, fragment)) in fragments.iter().enumerate() {
        let node = first_node + node;
        let mut push = |first: u64, rows: u32| {
            if rows > 0 {
                runs.push(Run { first, end: first + u64::from(rows), node });
            }
        };
        if fragment.row_ids.is_empty() {
            push(RowId::new(fragment.id, 0).raw(), fragment.rows);
        }
        fragment.row_ids.iter().for_each(|run| push(run.first.raw(), run.rows));
    }
    runs.sort_unstable_by_key(|run| run.first);
    runs
}

/// Disjoint sets of nodes; the root of each is its smallest node.
struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    fn root(&mut self, mut node: usize) -> usize {
        while self.parents[node] != node {
            self.parents[node] = self.parents[self.parents[node]];
            node = self.parents[node];
        }
        node
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fragment_of_rows as fragment;

    #[test]
    fn fragments_that_share_rows_are_in_one_group() {
        let ours = [fragment(1, 4, &[]), fragment(2, 4, &[]), fragment(3, 4, &[]), fragment(4, 4, &[])];
        // 1 and 3 were compacted, with a row of another fragment; 4 was compacted alone; 9 is new.
        let theirs = [
            fragment(7, 6, &[(3, 1, 3), (1, 0, 2), (8, 0, 1)]),
            fragment(6, 2, &[(4, 0, 2)]),
            fragment(9, 1, &[]),
        ];
        let places = |list: &'static [Fragment]| list.iter().enumerate().collect::<Vec<_>>();
        let (ours, theirs) = (Vec::from(ours).leak(), Vec::from(theirs).leak());
        let group = |ours: &[usize], theirs: &[usize]| Overlap { ours: ours.into(), theirs: theirs.into() };
        assert_eq!(
            overlaps(&places(ours), &places(theirs)),
            [group(&[0, 2], &[0]), group(&[1], &[]), group(&[3], &[1]), group(&[], &[2])]
        );
    }
}
