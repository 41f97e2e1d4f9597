//! Checks that a commit follows the branch's head.

use hub_schema::{Commit, CommitParent, Operation, Revision};

use super::bad_commit::BadCommit;
use super::proposal::Proposal;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::read::Snapshot;
use crate::refs::Newest;

/// Maximum parents of a commit: a merge has two.
const MAX_PARENTS: usize = 2;

/// The commits that this one follows, each checked. The first is the branch's head, if it has one.
///
/// A branch that begins with a copy of another branch's commit has that commit's parents, and is checked as the
/// commit it copies.
pub(super) async fn parents(
    dataset: &Dataset,
    proposal: &Proposal,
    newest: Option<&Newest>,
) -> Result<Vec<Snapshot>> {
    let Proposal { at, commit } = proposal;
    if commit.parents.len() > MAX_PARENTS {
        let problem = BadCommit::TooManyParents { found: commit.parents.len(), max: MAX_PARENTS };
        return Err(proposal.refuse(problem));
    }
    check_version(at, newest).map_err(|problem| proposal.refuse(problem))?;
    let head = newest.and_then(Newest::head);
    if head.is_none() && dataset.tag(&at.branch).await?.is_some() {
        return Err(proposal.refuse(BadCommit::TagOfThatName(at.branch.clone())));
    }
    let mut parents = Vec::with_capacity(commit.parents.len());
    for parent in &commit.parents {
        parents.push(find(dataset, proposal, parent, head).await?);
    }
    let Some(head) = head else {
        if commit.operation == Operation::DeleteBranch && at.version == 0 {
            return Err(proposal.refuse(BadCommit::BeginsWithEnd));
        }
        return Ok(parents);
    };
    match commit.parents.first() {
        Some(first) if first.id == head.at().id => Ok(parents),
        // A copy of the head itself would be a version without a change.
        _ if head.at().id == at.id => Err(proposal.refuse(BadCommit::IsHead)),
        // A fast-forward: a commit of another branch that descends from this head is copied.
        _ if is_ahead(dataset, head, &parents, at).await? => Ok(parents),
        _ if is_repair(commit, head).await => Ok(parents),
        _ => Err(proposal.refuse(BadCommit::NotOnHead(head.at().clone()))),
    }
}

/// The commit that a parent names; the head, which was read, is not read again.
async fn find(
    dataset: &Dataset,
    proposal: &Proposal,
    parent: &CommitParent,
    head: Option<&Snapshot>,
) -> Result<Snapshot> {
    if let Some(head) = head.filter(|head| head.at() == parent) {
        return Ok(head.clone());
    }
    match dataset.at(parent).await {
        Err(error @ Error::Store { .. }) => Err(error),
        found => found.map_err(|_| proposal.refuse(BadCommit::NoParent(parent.clone()))),
    }
}

/// Is it a commit of another branch that has this branch's head among its ancestors?
async fn is_ahead(
    dataset: &Dataset,
    head: &Snapshot,
    parents: &[Snapshot],
    at: &CommitParent,
) -> Result<bool> {
    if parents.is_empty() || dataset.snapshot(&Revision::Commit(at.id)).await.is_err() {
        return Ok(false);
    }
    for parent in parents {
        let shared = parent.common_ancestor(head).await?;
        if shared.is_some_and(|shared| shared.at().id == head.at().id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Does it restore an earlier state of a branch whose head is damaged? Then it follows an earlier version.
async fn is_repair(commit: &Commit, head: &Snapshot) -> bool {
    matches!(commit.operation, Operation::Revert { .. })
        && head.index().await.is_err_and(|error| error.is_damage())
}

/// Versions of a branch are never skipped.
fn check_version(at: &CommitParent, newest: Option<&Newest>) -> Result<(), BadCommit> {
    match at.version.checked_sub(1) {
        Some(before) if newest.is_none_or(|newest| newest.version() < before) => {
            Err(BadCommit::Gap { branch: at.branch.clone(), before })
        }
        _ => Ok(()),
    }
}

/// The error that another commit was published as this version.
pub(super) fn taken(at: &CommitParent) -> Error {
    Error::CameSecond { path: layout::commit(&at.branch, at.version) }
}
