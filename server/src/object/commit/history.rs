//! Does a commit follow from what is there?

use hub_dataset::{Dataset, Snapshot};
use hub_schema::{BranchName, Commit, CommitId, Operation, Revision};

use super::{refused, taken};
use crate::problem::Result;

/// More parents than this no operation has.
const MOST_PARENTS: usize = 2;

/// The commits that this one follows, each looked at. The first is the branch's head, if it has one.
///
/// A branch that begins with a copy of another branch's commit has that commit's parents, and is judged as the
/// commit it copies.
pub async fn parents(
    dataset: &Dataset,
    branch: &BranchName,
    version: u64,
    id: CommitId,
    commit: &Commit,
) -> Result<Vec<Snapshot>> {
    if commit.parents.len() > MOST_PARENTS {
        return Err(refused(format!("{} parents, at most {MOST_PARENTS} make sense", commit.parents.len())));
    }
    check_version(dataset, branch, version).await?;
    let head = dataset.head(branch).await?;
    if head.is_none() && dataset.tag(branch).await?.is_some() {
        return Err(refused(format!("there is a tag '{branch}' already; a branch needs another name")));
    }
    let mut parents = Vec::new();
    for parent in &commit.parents {
        let found = dataset.at(parent).await;
        let found = found.map_err(|_| {
            let (id, branch, version) = (parent.id.short(), &parent.branch, parent.version);
            refused(format!("its parent {id} is not version {version} of branch '{branch}'"))
        })?;
        parents.push(found);
    }
    let Some(head) = head else {
        if commit.operation == Operation::DeleteBranch && version == 0 {
            return Err(refused("a branch can't begin with its end"));
        }
        return Ok(parents);
    };
    match commit.parents.first() {
        Some(first) if first.id == head.at().id => Ok(parents),
        // A copy of the head itself would be a version that says nothing.
        _ if head.at().id == id => Err(refused("it is the branch's head already")),
        // Another commit landed since the version was looked for.
        _ if head.at().version >= version => Err(taken(&hub_dataset::layout::commit(branch, version))),
        // The branch is taken further along a line that it began: the head of that is copied, whatever lies between.
        _ if is_ahead(dataset, &head, &parents, id).await? => Ok(parents),
        _ => {
            let (id, version) = (head.at().id.short(), head.at().version);
            Err(refused(format!(
                "its first parent is not the head of branch '{branch}' (version {version}, {id}); apply it to that"
            )))
        }
    }
}

/// Is it a commit of another branch that has this branch's head among its ancestors?
async fn is_ahead(dataset: &Dataset, head: &Snapshot, parents: &[Snapshot], id: CommitId) -> Result<bool> {
    if parents.is_empty() || dataset.snapshot(&Revision::Commit(id)).await.is_err() {
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

/// Versions of a branch are never skipped.
async fn check_version(dataset: &Dataset, branch: &BranchName, version: u64) -> Result<()> {
    if let Some(before) = version.checked_sub(1)
        && !there(dataset, branch, before).await?
    {
        return Err(refused(format!("branch '{branch}' has no version {before} that it could follow")));
    }
    // Looked at once more when it is created; here it spares the reading of manifests.
    if there(dataset, branch, version).await? {
        return Err(taken(&hub_dataset::layout::commit(branch, version)));
    }
    Ok(())
}

async fn there(dataset: &Dataset, branch: &BranchName, version: u64) -> Result<bool> {
    let path = hub_dataset::layout::commit(branch, version);
    Ok(dataset.store().head(&path).await?.is_some())
}
