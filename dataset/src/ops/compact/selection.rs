//! Which fragments to rewrite together.

use std::collections::BTreeMap;

use hub_schema::{FieldId, Fragment, Schema};

/// Rows at which a fragment is full, however small they are.
const FULL_ROWS: u64 = 262_144;

/// Runs of neighbours of one split, each to become one fragment. A fragment that is big enough and holds
/// nothing to free is in none, nor is a small one without a neighbour.
pub(super) fn groups(fragments: &[Fragment], schema: &Schema, target_bytes: u64) -> Vec<Vec<Fragment>> {
    let mut splits: BTreeMap<Option<&str>, Vec<&Fragment>> = BTreeMap::new();
    for fragment in fragments {
        splits.entry(fragment.split.as_deref()).or_default().push(fragment);
    }
    let mut groups = Vec::new();
    for neighbours in splits.into_values() {
        let mut run = Run::default();
        for fragment in neighbours {
            let (bytes, rows) = (live_bytes(fragment), u64::from(fragment.live_rows()));
            let wasteful = is_wasteful(fragment, schema);
            let small = bytes < target_bytes / 4 * 3 && rows < FULL_ROWS / 4 * 3;
            if !wasteful && !small {
                run.close(&mut groups);
                continue;
            }
            if run.bytes + bytes > target_bytes / 2 * 3 || run.rows + rows > FULL_ROWS {
                run.close(&mut groups);
            }
            run.bytes += bytes;
            run.rows += rows;
            run.wasteful |= wasteful;
            run.fragments.push(fragment.clone());
            if run.bytes >= target_bytes || run.rows >= FULL_ROWS {
                run.close(&mut groups);
            }
        }
        run.close(&mut groups);
    }
    groups
}

#[derive(Default)]
struct Run {
    fragments: Vec<Fragment>,
    bytes: u64,
    rows: u64,
    wasteful: bool,
}

impl Run {
    fn close(&mut self, groups: &mut Vec<Vec<Fragment>>) {
        let run = std::mem::take(self);
        if run.fragments.len() > 1 || run.wasteful {
            groups.push(run.fragments);
        }
    }
}

/// About the bytes that its rows will take.
fn live_bytes(fragment: &Fragment) -> u64 {
    let bytes: u64 = fragment.files.iter().map(|f| f.bytes).sum();
    let share = u128::from(bytes) * u128::from(fragment.live_rows());
    u64::try_from(share / u128::from(fragment.rows.max(1))).unwrap_or(bytes)
}

/// Does it hold deleted rows, dropped columns, or columns that later files took over?
fn is_wasteful(fragment: &Fragment, schema: &Schema) -> bool {
    let is_derived = |f: &FieldId| schema.derived.iter().any(|derived| derived.id == *f);
    let dropped = |f: &FieldId| schema.by_id(*f).is_none() && !is_derived(f);
    let of_columns = fragment.files.iter().filter(|file| !file.fields.iter().all(is_derived));
    !fragment.deleted.is_empty()
        || of_columns.count() > 2
        || fragment.files.iter().any(|file| file.fields.iter().any(dropped))
}

#[cfg(test)]
mod tests {
    use hub_schema::{ContentHash, DataFile, Feature, FieldId, FragmentId};

    use super::*;

    fn fragment(id: u64, split: &str, bytes: u64, deleted: u32) -> Fragment {
        let file = DataFile {
            hash: ContentHash([0; 32]),
            bytes,
            footer_bytes: 0,
            footer_crc: 0,
            fields: vec![Schema::new([("x", Feature::Text)]).unwrap().fields[0].id],
            patches: vec![],
            blobs: vec![],
        };
        Fragment {
            id: FragmentId::from_raw(id),
            rows: 10,
            split: Some(split.to_owned()),
            row_groups: vec![10],
            files: vec![file],
            deleted: (0..deleted).collect(),
            row_ids: vec![],
        }
    }

    fn ids(fragments: &[Fragment]) -> Vec<Vec<u64>> {
        let schema = Schema::new([("x", Feature::Text)]).unwrap();
        let groups = groups(fragments, &schema, 100);
        groups.iter().map(|g| g.iter().map(|f| f.id.raw()).collect()).collect()
    }

    #[test]
    fn small_neighbours_of_a_split_go_together() {
        let train = |id, bytes| fragment(id, "train", bytes, 0);
        assert_eq!(
            ids(&[train(1, 40), fragment(2, "val", 40, 0), train(3, 40), train(4, 40), train(5, 40)]),
            [vec![1, 3, 4]]
        );
        assert_eq!(ids(&[train(1, 40), train(2, 90), train(3, 40), train(4, 5)]), [vec![3, 4]]);
        assert_eq!(ids(&[train(1, 90), train(2, 200)]), [] as [Vec<u64>; 0]);
    }

    #[test]
    fn wasteful_fragments_are_rewritten_alone() {
        assert_eq!(ids(&[fragment(1, "a", 900, 1)]), [vec![1]]);
        let mut dropped = fragment(1, "a", 900, 0);
        dropped.files[0].fields.push(FieldId(77));
        assert_eq!(ids(&[dropped]), [vec![1]]);
    }
}
