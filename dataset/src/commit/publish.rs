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
    /// Makes a checked commit the version of its branch, to last; false if another commit is that version. `json` is
    /// the commit's file, `create` creates an object that must not be there and is false if something else is.
    ///
    /// # Errors
    /// What `create` says; the store fails.
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
        // A lost hint costs a few requests; it is no reason to call a commit failed.
        let _ = self.write_hint(branch, *version).await;
        self.know(snapshot.known()).await;
        Ok(true)
    }

    /// Publishes where the store decides between two writers.
    pub(super) async fn publish_here(&self, snapshot: &Snapshot, json: Bytes) -> Result<bool> {
        let create = async |path: String, json| Ok(self.create_once(&path, json).await? == Created::Yes);
        self.publish(snapshot, json, create).await
    }

    /// Makes a commit of this data set the given version of another branch; `None` if that version is there.
    pub(crate) async fn copy_commit(
        &self,
        branch: &BranchName,
        version: u64,
        from: &Snapshot,
    ) -> Result<Option<Snapshot>> {
        let original = layout::commit(&from.at().branch, from.at().version);
        // Most commits are written as this version writes them; only another's file has to be read.
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
