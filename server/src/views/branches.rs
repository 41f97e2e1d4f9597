//! Changes of branches and tags: create, delete, revert, merge.

use hub_catalog::CommitInfo;
use hub_dataset::ops::merge::Merged;
use hub_dataset::{Author, Committed, Snapshot};
use hub_schema::BranchName;
use hub_schema::api::{
    At, BranchMoved, CreateBranch, CreateTag, MergeRevision, Outcome, RefView, RevertBranch,
};

use super::commit_view::commit_view;
use crate::api::record;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::object::commit::arbitrated;
use crate::work::task::to_the_end;

pub async fn create(state: &AppState, set: &OpenDataset, wanted: CreateBranch) -> Result<RefView> {
    let from = set.snapshot(wanted.from.as_deref()).await?;
    let (state, set) = (state.clone(), set.clone());
    to_the_end(async move {
        let dataset = arbitrated(&state.catalog, &set.dataset);
        let head = dataset.create_branch(&wanted.name, &from).await?;
        record::commit(&state, &set, &head).await;
        Ok(ref_of(wanted.name, &head))
    })
    .await
}

fn ref_of(name: BranchName, head: &Snapshot) -> RefView {
    let commit = head.commit();
    RefView {
        name,
        at: head.at().into(),
        time: commit.time,
        author: commit.author.clone(),
        message: commit.message.clone(),
    }
}

/// Deletes a branch; its commits stay.
pub async fn delete(state: &AppState, set: &OpenDataset, name: BranchName) -> Result<()> {
    if name == set.info.default_branch {
        let detail = format!("branch '{name}' is the default branch; make another one the default first");
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let author = Author::new(&set.caller.user()?.name, "");
    let (state, set) = (state.clone(), set.clone());
    to_the_end(async move {
        let dataset = arbitrated(&state.catalog, &set.dataset);
        if let Committed::New(end) = dataset.delete_branch(&name, &author).await? {
            record::commit(&state, &set, &end).await;
        }
        Ok(())
    })
    .await
}

pub async fn create_tag(state: &AppState, set: &OpenDataset, wanted: CreateTag) -> Result<RefView> {
    let at = set.snapshot(wanted.rev.as_deref()).await?;
    let author = Author::new(&set.caller.user()?.name, wanted.message.unwrap_or_default());
    let (state, set) = (state.clone(), set.clone());
    to_the_end(async move {
        let tag = arbitrated(&state.catalog, &set.dataset).create_tag(&wanted.name, &at, &author).await?;
        record::tag(&state, &set, &wanted.name, &tag).await;
        let (at, time) = (At::from(&tag.commit), tag.time);
        Ok(RefView { name: wanted.name, at, time, author: tag.author, message: tag.message })
    })
    .await
}

/// Deletes a tag; its commit stays.
pub async fn delete_tag(state: &AppState, set: &OpenDataset, name: BranchName) -> Result<()> {
    if set.dataset.tag(&name).await?.is_none() {
        return Err(Problem::not_found(format!("tag '{name}'")));
    }
    let (state, set) = (state.clone(), set.clone());
    to_the_end(async move {
        set.dataset.delete_tag(&name).await?;
        record::tag_removed(&state, &set, &name).await;
        Ok(())
    })
    .await
}

/// Brings the state of an earlier revision back, as a new commit.
pub async fn revert(state: &AppState, set: &OpenDataset, wanted: RevertBranch) -> Result<BranchMoved> {
    let to = set.snapshot(Some(&wanted.to)).await?;
    let branch = wanted.branch.unwrap_or_else(|| set.info.default_branch.clone());
    let author = Author::new(&set.caller.user()?.name, wanted.message.unwrap_or_default());
    let (state, set) = (state.clone(), set.clone());
    to_the_end(async move {
        let done = arbitrated(&state.catalog, &set.dataset).revert(&branch, &author, &to).await?;
        let outcome = if matches!(done, Committed::New(_)) { Outcome::Committed } else { Outcome::Unchanged };
        let head = done.snapshot().ok_or_else(|| Problem::not_found(format!("branch '{branch}'")))?;
        moved(&state, &set, outcome, head).await
    })
    .await
}

/// Takes a revision into a branch.
pub async fn merge(state: &AppState, set: &OpenDataset, wanted: MergeRevision) -> Result<BranchMoved> {
    let from = set.snapshot(Some(&wanted.from)).await?;
    let branch = wanted.into.unwrap_or_else(|| set.info.default_branch.clone());
    let author = Author::new(&set.caller.user()?.name, wanted.message.unwrap_or_default());
    let (state, set) = (state.clone(), set.clone());
    to_the_end(async move {
        let done = arbitrated(&state.catalog, &set.dataset).merge(&branch, &from, &author).await?;
        let outcome = match &done {
            Merged::New(_) => Outcome::Committed,
            Merged::FastForward(_) => Outcome::FastForward,
            Merged::UpToDate(_) => Outcome::Unchanged,
        };
        moved(&state, &set, outcome, done.snapshot()).await
    })
    .await
}

async fn moved(
    state: &AppState,
    set: &OpenDataset,
    outcome: Outcome,
    head: &Snapshot,
) -> Result<BranchMoved> {
    if outcome != Outcome::Unchanged {
        record::commit(state, set, head).await;
    }
    Ok(BranchMoved { outcome, commit: commit_view(CommitInfo::from(head)) })
}
