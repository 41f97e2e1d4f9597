//! Do the pieces fit: commits' sums with their fragments, and row ids among each other?

use std::collections::{HashMap, HashSet};

use hub_schema::{CommitCounts, ContentHash, Fragment, RowId};

use super::Report;
use crate::layout;
use crate::manifest::list;
use crate::read::Snapshot;

/// What a commit says of its rows.
pub(super) struct Claim {
    path: String,
    manifests: Vec<ContentHash>,
    counts: CommitCounts,
}

impl Claim {
    /// What this commit says.
    pub fn of(commit: &Snapshot) -> Self {
        let (at, commit) = (commit.at(), commit.commit());
        Self {
            path: layout::commit(&at.branch, at.version),
            manifests: commit.manifests.iter().map(|m| m.hash).collect(),
            counts: commit.counts.clone(),
        }
    }
}

/// The sums over a manifest's fragments, and the ids of their rows as runs.
pub(super) struct Sums {
    counts: CommitCounts,
    runs: Vec<(u64, u64)>,
}

impl Sums {
    /// The sums over these fragments.
    pub fn of(fragments: &[Fragment]) -> Self {
        let mut runs = Vec::with_capacity(fragments.len());
        for fragment in fragments {
            if fragment.row_ids.is_empty() {
                runs.push((RowId::new(fragment.id, 0).raw(), u64::from(fragment.rows)));
            }
            runs.extend(fragment.row_ids.iter().map(|r| (r.first.raw(), u64::from(r.rows))));
        }
        Self { counts: list::count(fragments), runs }
    }
}

/// Compares every commit with its manifests. A list of manifests that several commits share is looked at once
/// for row ids; commits whose manifests can't be read are passed over, as that is reported.
pub(super) fn commits(commits: &[Claim], sums: &HashMap<ContentHash, Sums>, report: &mut Report) {
    let mut seen: HashSet<&[ContentHash]> = HashSet::new();
    for claim in commits {
        let Some(sums) = claim.manifests.iter().map(|m| sums.get(m)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        if let Some(problem) = wrong_counts(&claim.counts, &sums) {
            report.add(&claim.path, problem);
        }
        if seen.insert(&claim.manifests)
            && let Some(row) = row_twice(&sums)
        {
            report.add(&claim.path, format!("row {row} is there twice"));
        }
    }
}

fn wrong_counts(said: &CommitCounts, sums: &[&Sums]) -> Option<String> {
    let parts = |c: &CommitCounts| [("rows", c.rows), ("fragments", c.fragments), ("bytes", c.bytes)];
    for (i, (what, said)) in parts(said).into_iter().enumerate() {
        let found: u64 = sums.iter().map(|s| parts(&s.counts)[i].1).sum();
        if said != found {
            return Some(format!("it says {said} {what}, its manifests hold {found}"));
        }
    }
    let splits: HashSet<&String> =
        said.splits.keys().chain(sums.iter().flat_map(|s| s.counts.splits.keys())).collect();
    splits.into_iter().find_map(|split| {
        let rows = |c: &CommitCounts| c.splits.get(split).copied().unwrap_or(0);
        let (said, found) = (rows(said), sums.iter().map(|s| rows(&s.counts)).sum::<u64>());
        (said != found).then(|| format!("it says {said} rows of split '{split}', its manifests hold {found}"))
    })
}

/// A row id that two fragments hold.
fn row_twice(sums: &[&Sums]) -> Option<RowId> {
    let mut runs: Vec<(u64, u64)> = sums.iter().flat_map(|s| s.runs.iter().copied()).collect();
    runs.retain(|(_, rows)| *rows > 0);
    runs.sort_unstable();
    let twice = runs.windows(2).find(|w| w[0].0 + w[0].1 > w[1].0);
    twice.map(|w| RowId::from_raw(w[1].0))
}
