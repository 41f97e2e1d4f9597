//! The heads of a data set's branches, as they move.

use std::collections::BTreeMap;
use std::time::Duration;

use hub_catalog::Error as CatalogError;
use hub_schema::BranchName;
use hub_schema::api::CommitView;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use uuid::Uuid;

use super::commit_view::commit_view;
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// How often to look for commits that this server wasn't told of, and whether the caller may still read.
const LOOK: Duration = Duration::from_secs(15);

/// Waits for new commits of a data set.
#[derive(Debug)]
pub struct NewCommits {
    state: AppState,
    set: OpenDataset,
    told: Receiver<Uuid>,
    heads: BTreeMap<BranchName, u64>,
}

impl NewCommits {
    /// Begins to wait: what is committed from now on is new.
    pub async fn listen(state: AppState, set: OpenDataset) -> Result<Self> {
        let told = state.commits.listen();
        let heads = heads(&set).await?;
        Ok(Self { state, set, told, heads })
    }

    /// The heads of branches that moved, or an empty list after a while in which none did.
    ///
    /// # Errors
    /// The caller may not read the data set any more; the store or the catalog fails.
    pub async fn next(&mut self) -> Result<Vec<CommitView>> {
        let uuid = self.set.info.uuid;
        let about_it = async {
            loop {
                match self.told.recv().await {
                    Ok(dataset) if dataset != uuid => {}
                    // Some were missed, one of them maybe of this data set.
                    Ok(_) | Err(RecvError::Lagged(_)) => return,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        // At the end of the time there is a look all the same.
        let _ = timeout(LOOK, about_it).await;
        match self.state.catalog.see_dataset(&self.set.info.name, &self.set.caller.viewer()).await {
            Ok(seen) if seen.dataset.uuid == uuid => {}
            Ok(_) | Err(CatalogError::NotFound { .. }) => {
                return Err(Problem::not_found(format!("data set '{}'", self.set.info.name)));
            }
            Err(error) => return Err(error.into()),
        }
        let heads = heads(&self.set).await?;
        let mut moved = Vec::new();
        for (branch, version) in &heads {
            if self.heads.get(branch) != Some(version) {
                let head = self.set.snapshot(Some(&format!("{branch}:{version}"))).await?;
                moved.push(commit_view((&head).into()));
            }
        }
        self.heads = heads;
        Ok(moved)
    }
}

/// The version of each branch's head.
async fn heads(set: &OpenDataset) -> Result<BTreeMap<BranchName, u64>> {
    let mut heads = BTreeMap::new();
    for name in set.dataset.branches().await? {
        if let Some(version) = set.dataset.newest(&name).await? {
            heads.insert(name, version);
        }
    }
    Ok(heads)
}
