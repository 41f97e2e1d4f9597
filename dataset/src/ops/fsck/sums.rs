//! Checks that commits' totals fit their fragments, and that row ids are unique.

use std::collections::{HashMap, HashSet};

use hub_schema::{CommitCounts, ContentHash, Fragment};

use super::report::Report;
use crate::commit::BadCommit;
use crate::commit::check::{rows, sums};
use crate::layout;
use crate::manifest::list;
use crate::read::Snapshot;

/// What a commit states of its rows.
pub(super) struct Claim {
    path: String,
    manifests: Vec<ContentHash>,
    counts: CommitCounts,
}

impl Claim {
    /// The statements of one commit.
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
        Self { counts: list::count(fragments), runs: rows::runs(fragments.iter()) }
    }
}

/// Compares every commit with its manifests. A list of manifests that several commits share is checked once
/// for row ids; commits whose manifests can't be read are passed over, as that is reported.
pub(super) fn commits(commits: &[Claim], sums_of: &HashMap<ContentHash, Sums>, report: &mut Report) {
    let mut seen: HashSet<&[ContentHash]> = HashSet::new();
    for claim in commits {
        let Some(parts) = claim.manifests.iter().map(|m| sums_of.get(m)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        if let Err(problem) = sums::totals(&claim.counts, &total(&parts)) {
            report.add(&claim.path, problem);
        }
        if seen.insert(&claim.manifests)
            && let Some(row) = rows::same_row(parts.iter().flat_map(|s| s.runs.iter().copied()).collect())
        {
            report.add(&claim.path, BadCommit::SameRow(row));
        }
    }
}

fn total(parts: &[&Sums]) -> CommitCounts {
    let mut total = CommitCounts::default();
    for Sums { counts, .. } in parts {
        total.rows = total.rows.saturating_add(counts.rows);
        total.fragments = total.fragments.saturating_add(counts.fragments);
        total.bytes = total.bytes.saturating_add(counts.bytes);
        for (split, rows) in &counts.splits {
            let sum = total.splits.entry(split.clone()).or_default();
            *sum = sum.saturating_add(*rows);
        }
    }
    total
}
