//! Checks that row ids are unique.
//!
//! A row's id is permanent: it is used in addresses of cells, in indexes and outside of the hub. None of them could
//! tell two rows with the same id apart.

use hub_schema::{Fragment, RowId};

use super::bad_commit::BadCommit;
use crate::manifest::UsedIds;

/// Checks fragments that are new. `used` are the ids that the other manifests take, as far as they are known; the
/// fragments there were checked before.
pub(crate) fn check<'a>(
    fragments: impl Iterator<Item = &'a Fragment> + Clone,
    mut used: UsedIds,
) -> Result<(), BadCommit> {
    if let Some(same) = fragments.clone().find(|fragment| !used.insert(fragment.id)) {
        return Err(BadCommit::SameFragment(same.id));
    }
    same_row(runs(fragments)).map_or(Ok(()), |row| Err(BadCommit::SameRow(row)))
}

/// The ids of the rows of some fragments, as runs: the first id, and how many follow each other.
pub(crate) fn runs<'a>(fragments: impl Iterator<Item = &'a Fragment>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for fragment in fragments {
        let implicit = (RowId::new(fragment.id, 0).raw(), u64::from(fragment.rows));
        runs.extend(fragment.row_ids.is_empty().then_some(implicit));
        runs.extend(fragment.row_ids.iter().map(|run| (run.first.raw(), u64::from(run.rows))));
    }
    runs
}

/// A row id that occurs twice, if there is one.
pub(crate) fn same_row(mut runs: Vec<(u64, u64)>) -> Option<RowId> {
    runs.retain(|(_, rows)| *rows > 0);
    runs.sort_unstable();
    let meeting = runs.array_windows().find(|[(first, rows), (next, _)]| next - first < *rows);
    meeting.map(|[_, (next, _)]| RowId::from_raw(*next))
}

#[cfg(test)]
mod tests {
    use hub_schema::FragmentId;

    use super::*;
    use crate::testing::fragment_of_rows as fragment;

    fn twice<'a>(fragments: impl Iterator<Item = &'a Fragment>) -> Option<RowId> {
        same_row(runs(fragments))
    }

    #[test]
    fn overlapping_runs_of_row_ids_are_found() {
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
