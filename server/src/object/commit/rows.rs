//! Does every row have an id of its own?
//!
//! A row is found by its id for life: in addresses of cells, in indexes, in what others noted. Two rows with one id
//! would be one row to all of them.

use hub_dataset::Dataset;
use hub_schema::{Commit, Fragment, ManifestRef, RowId};

use super::refused;
use crate::problem::Result;

/// Looks at the fragments of the manifests that are new. Those of the kept ones were looked at when they came; here it is
/// seen that no new fragment is named as one of them.
pub async fn check(
    dataset: &Dataset,
    commit: &Commit,
    new: &[ManifestRef],
    read: &[Vec<Fragment>],
) -> Result<()> {
    let kept: Vec<ManifestRef> = commit.manifests.iter().filter(|m| !new.contains(m)).cloned().collect();
    let mut taken = dataset.used_ids(&kept).await?;
    for fragment in read.iter().flatten() {
        if !taken.insert(fragment.id) {
            return Err(refused(format!("two fragments are named {}", fragment.id)));
        }
    }
    match twice(read.iter().flatten()) {
        Some(row) => Err(refused(format!("two rows have the id {row}"))),
        None => Ok(()),
    }
}

/// A row id that is there twice, if one is.
fn twice<'a>(fragments: impl Iterator<Item = &'a Fragment>) -> Option<RowId> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for fragment in fragments {
        let own = (RowId::new(fragment.id, 0).raw(), u64::from(fragment.rows));
        let born_here = fragment.row_ids.is_empty().then_some(own);
        runs.extend(born_here);
        runs.extend(fragment.row_ids.iter().map(|run| (run.first.raw(), u64::from(run.rows))));
    }
    runs.retain(|(_, rows)| *rows > 0);
    runs.sort_unstable();
    let meeting = runs.array_windows().find(|[(first, rows), (next, _)]| next - first < *rows);
    meeting.map(|[_, (next, _)]| RowId::from_raw(*next))
}

#[cfg(test)]
mod tests {
    use hub_schema::{FragmentId, RowRun};

    use super::*;

    fn fragment(id: u64, rows: u32, runs: &[(u64, u32, u32)]) -> Fragment {
        let run = |(id, offset, rows): &(u64, u32, u32)| RowRun {
            first: RowId::new(FragmentId::from_raw(*id), *offset),
            rows: *rows,
        };
        Fragment {
            id: FragmentId::from_raw(id),
            rows,
            split: None,
            row_groups: vec![rows],
            files: vec![],
            deleted: Default::default(),
            row_ids: runs.iter().map(run).collect(),
        }
    }

    #[test]
    fn rows_that_meet_are_found() {
        let moved = fragment(9, 5, &[(1, 3, 2), (2, 0, 3)]);
        assert_eq!(twice([fragment(3, 4, &[]), moved.clone(), fragment(4, 4, &[])].iter()), None);
        // The rest of where they were born.
        assert_eq!(twice([fragment(8, 3, &[(1, 0, 3)]), moved.clone()].iter()), None);
        let found = twice([fragment(1, 4, &[]), moved.clone()].iter());
        assert_eq!(found, Some(RowId::new(FragmentId::from_raw(1), 3)));
        assert!(twice([fragment(8, 4, &[(1, 0, 4)]), moved].iter()).is_some());
        assert!(twice([fragment(8, 2, &[(1, 0, 1), (1, 0, 1)])].iter()).is_some());
    }
}
