//! Checks that a commit's totals are the sums over its fragments.

use hub_schema::{Commit, CommitCounts, Operation};

use super::bad_commit::BadCommit;
use crate::layout;
use crate::manifest::list::{self, Manifest};

/// Checks the manifests that were read, and the totals over all. The counts of a manifest that was not read are those
/// that the commit states for it: a parent's commit, which was checked, states the same.
pub(crate) fn check(commit: &Commit, read: &[Manifest]) -> Result<(), BadCommit> {
    for manifest in read {
        let counts = list::count(manifest.fragments.iter());
        let at = &manifest.at;
        if (counts.rows, counts.fragments) != (at.rows, u64::from(at.fragments)) {
            let (fragments, rows) = (counts.fragments, counts.rows);
            return Err(BadCommit::ManifestSums { path: layout::manifest(at.hash), fragments, rows });
        }
    }
    if commit.operation == Operation::DeleteBranch {
        return if commit.manifests.is_empty() { Ok(()) } else { Err(BadCommit::EndWithRows) };
    }
    let (mut rows, mut fragments) = (0u64, 0u64);
    for manifest in &commit.manifests {
        rows = rows.saturating_add(manifest.rows);
        fragments = fragments.saturating_add(u64::from(manifest.fragments));
    }
    compare("rows", commit.counts.rows, rows)?;
    compare("fragments", commit.counts.fragments, fragments)?;
    // Bytes and splits can be added up only where every manifest was read.
    if read.len() == commit.manifests.len() {
        let fragments = read.iter().flat_map(|manifest| manifest.fragments.iter());
        return totals(&commit.counts, &list::count(fragments));
    }
    Ok(())
}

/// Compares a commit's sums with those over all of its fragments.
pub(crate) fn totals(stated: &CommitCounts, found: &CommitCounts) -> Result<(), BadCommit> {
    compare("rows", stated.rows, found.rows)?;
    compare("fragments", stated.fragments, found.fragments)?;
    compare("bytes", stated.bytes, found.bytes)?;
    for split in stated.splits.keys().chain(found.splits.keys()) {
        let rows = |counts: &CommitCounts| counts.splits.get(split).copied().unwrap_or(0);
        compare(format_args!("rows of split '{split}'"), rows(stated), rows(found))?;
    }
    Ok(())
}

fn compare(what: impl ToString, stated: u64, found: u64) -> Result<(), BadCommit> {
    if stated == found {
        return Ok(());
    }
    Err(BadCommit::Sum { what: what.to_string(), stated, found })
}
