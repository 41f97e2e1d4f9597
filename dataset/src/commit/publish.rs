//! The last step of every commit: creating `refs/<branch>/<version>.json`, which others see from then on.
//!
//! Written once for all who commit: a writer on a disk or in a bucket, where the store decides which of two creates
//! wins, and a hub's server, where the database may ([`Dataset::publish`]'s `create`).

use std::future::Future;

use bytes::Bytes;
use hub_schema::{BranchName, CommitParent};

use crate::dataset::{Dataset, to_json};
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;
use crate::read::Snapshot;
use crate::store::Created;

impl Dataset {
    /// Publishes a checked commit as the version of its branch, durably; false if another commit is that version.
    /// `json` is the commit's file; `create` creates an object that must not exist, and is false if it does.
    ///
    /// # Errors
    /// Those of `create`; the store fails.
    pub async fn publish<F, E>(
        &self,
        snapshot: &Snapshot,
        json: Bytes,
        create: impl FnOnce(String, Bytes) -> F,
    ) -> Result<bool, E>
    where
        F: Future<Output = Result<bool, E>>,
        E: From<Error>,
    {
        let CommitParent { branch, version, .. } = snapshot.at();
        let path = layout::commit(branch, *version);
        if !create(path.clone(), json).await? {
            return Ok(false);
        }
        self.store().settle(&path).await?;
        // A lost hint costs later readers a few requests; the commit itself succeeded.
        let _ = self.write_hint(branch, *version).await;
        self.cache_ids(snapshot.known()).await;
        Ok(true)
    }

    /// Publishes where the store decides between two writers.
    pub(super) async fn publish_here(&self, snapshot: &Snapshot, json: Bytes) -> Result<bool> {
        let create = async |path: String, json| Ok(self.create_once(&path, json).await? == Created::Yes);
        self.publish(snapshot, json, create).await
    }

    /// Makes a commit of this data set the given version of another branch; `None` if that version exists.
    pub(crate) async fn copy_commit(
        &self,
        branch: &BranchName,
        version: u64,
        from: &Snapshot,
    ) -> Result<Option<Snapshot>> {
        let original = layout::commit(&from.at().branch, from.at().version);
        // This version usually writes a commit with the same bytes; the file is read only where it does not.
        let json = match to_json(&original, from.commit())? {
            json if hash(&json) == from.at().id => json,
            _ => self.store().need(&original).await?,
        };
        let at = CommitParent { id: from.at().id, branch: branch.clone(), version };
        let copy = Snapshot::new(self.clone(), at, from.commit().clone());
        Ok(self.publish_here(&copy, json).await?.then_some(copy))
    }

    /// Writes where the search for a branch's newest version begins.
    ///
    /// # Errors
    /// The store fails.
    pub async fn write_hint(&self, branch: &BranchName, version: u64) -> Result<()> {
        self.store().put(&layout::head_hint(branch), version.to_string().into_bytes()).await
    }
}
