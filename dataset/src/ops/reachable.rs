//! The commits that branches, tags and views lead to.
//!
//! The one walk behind verify and sweep. A commit that can't be read is passed to a callback rather than ending
//! the walk: verify reports it, a sweep stops, since it can't know what that commit names.

use std::collections::HashSet;

use hub_schema::CommitParent;

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::read::Snapshot;

/// Which commits a walk visits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The heads of all branches, the tags, and the views.
    #[default]
    Heads,
    /// Every commit that a branch or tag reaches; orphans are counted too.
    All,
}

/// Visits each commit in `scope` once, in no order; `unreadable` gets the path and the reason of those that
/// can't be read.
///
/// # Errors
/// Branches, tags or views can't be listed; those of the two callbacks.
pub(super) async fn walk(
    dataset: &Dataset,
    scope: Scope,
    mut visit: impl FnMut(&Snapshot) -> Result<()> + Send,
    mut unreadable: impl FnMut(String, Error) -> Result<()> + Send,
) -> Result<()> {
    let mut waiting: Vec<CommitParent> = Vec::new();
    let mut seen = HashSet::new();
    for branch in dataset.all_branches().await? {
        match dataset.head(&branch).await {
            Ok(Some(head)) => waiting.push(head.at().clone()),
            Ok(None) => {}
            Err(error) => unreadable(format!("{}/{branch}", layout::REFS), error)?,
        }
    }
    for name in dataset.tags().await? {
        match dataset.tag(&name).await {
            Ok(tag) => waiting.extend(tag.map(|t| t.commit)),
            Err(error) => unreadable(layout::tag(&name), error)?,
        }
    }
    for (name, version) in dataset.all_views().await? {
        match dataset.view(&name, Some(version)).await {
            Ok(view) => waiting.extend(view.map(|(_, view)| view.base)),
            Err(error) => unreadable(layout::view(&name, version), error)?,
        }
    }
    while let Some(at) = waiting.pop() {
        if !seen.insert(at.id) {
            continue;
        }
        match dataset.at(&at).await {
            Ok(commit) => {
                visit(&commit)?;
                if scope == Scope::All {
                    waiting.extend(commit.commit().parents.iter().cloned());
                }
            }
            Err(error) => unreadable(layout::commit(&at.branch, at.version), error)?,
        }
    }
    Ok(())
}
