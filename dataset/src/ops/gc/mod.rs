//! Sweep: deletes files that no commit names.
//!
//! A writer uploads first and commits last, so a file without a commit is either an orphan (a push that was
//! killed, a file that a compaction replaced on a branch that is gone) or belongs to a commit that is being
//! made. The grace time tells them apart. What is looked at is listed before the commits are read, so that a
//! commit that lands in between is seen.
//!
//! Commits themselves (`refs/`), tags and views are never deleted: they are small, and say what happened. Parts of an
//! upload to a bucket that was killed can't be listed through the interface used here; a lifecycle rule of the
//! bucket (`AbortIncompleteMultipartUpload`) removes them.

mod leftovers;

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, ManifestRef};
use serde::{Deserialize, Serialize};

use super::fsck::{Orphans, Scope};
use super::reachable;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::layout;
use crate::manifest::list;
use crate::store::Listed;

/// Deletes at a time.
const DELETERS: usize = 16;

/// Manifests read at a time.
const READERS: usize = 16;

/// What a sweep deleted, or would delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that no commit names but that are younger than the grace time.
    pub young_files: u64,
    /// Their bytes.
    pub young_bytes: u64,
}

/// Everything that the commits of live branches, tags and views name.
#[derive(Debug, Default)]
struct Named {
    manifests: HashSet<ContentHash>,
    data: HashSet<ContentHash>,
    blobs: HashSet<ContentHash>,
}

impl Dataset {
    /// The grace time of a sweep unless a person says otherwise. Below it a sweep is safe only while nobody
    /// writes: a push takes files that are up to half of it old for its own. A push that takes longer than the
    /// grace time from its first file to its commit must not be swept in between.
    pub const DEFAULT_GRACE: Duration = Duration::from_secs(24 * 60 * 60);

    /// Deletes what no commit of a live branch, tag or view names and is older than `grace`; with `dry_run` only
    /// counts it.
    ///
    /// # Errors
    /// A commit or manifest can't be read: what it names is not known, so nothing is deleted.
    pub async fn gc(&self, grace: Duration, dry_run: bool) -> Result<Swept> {
        // A time before all times leaves everything.
        let grace = TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX);
        let before = Utc::now().checked_sub_signed(grace).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut listed: Vec<Listed> = Vec::new();
        for folder in [layout::DATA, layout::MANIFESTS, layout::BLOBS] {
            listed.extend(self.store().list(folder).try_collect::<Vec<_>>().await?);
        }
        let named = self.named().await?;
        listed.retain(|o| !named.holds(&o.path));
        listed.extend(leftovers::probes(self.store()).await?);
        let mut swept = self.sweep(listed, before, dry_run).await?;
        if let Some(directory) = self.store().directory() {
            leftovers::sweep_temporaries(directory.to_owned(), before, dry_run, &mut swept).await?;
        }
        Ok(swept)
    }

    async fn sweep(&self, orphans: Vec<Listed>, before: DateTime<Utc>, dry_run: bool) -> Result<Swept> {
        let (old, young): (Vec<_>, Vec<_>) = orphans.into_iter().partition(|o| o.modified < before);
        let bytes = |objects: &[Listed]| objects.iter().map(|o| o.size_bytes).sum();
        let swept = Swept {
            files: old.len() as u64,
            bytes: bytes(&old),
            young_files: young.len() as u64,
            young_bytes: bytes(&young),
        };
        if !dry_run {
            let deletes = old.into_iter().map(|o| async move {
                // A push that goes on may have written it again since it was listed.
                match self.store().head(&o.path).await? {
                    Some(there) if there.modified < before => self.store().delete(&o.path).await,
                    _ => Ok(()),
                }
            });
            stream::iter(deletes).buffer_unordered(DELETERS).try_collect::<Vec<_>>().await?;
        }
        Ok(swept)
    }

    /// How many files under `data`, `manifests` and `blobs` no commit names.
    pub(super) async fn orphans(&self) -> Result<Orphans> {
        let named = self.named().await?;
        let mut orphans = Orphans::default();
        for folder in [layout::DATA, layout::MANIFESTS, layout::BLOBS] {
            let mut listed = self.store().list(folder);
            while let Some(object) = listed.try_next().await? {
                if !named.holds(&object.path) {
                    orphans.files += 1;
                    orphans.bytes += object.size_bytes;
                }
            }
        }
        Ok(orphans)
    }

    async fn named(&self) -> Result<Named> {
        let mut manifests: Vec<ManifestRef> = Vec::new();
        let mut named = Named::default();
        let visit = |commit: &crate::Snapshot| {
            let new = commit.commit().manifests.iter().filter(|m| named.manifests.insert(m.hash));
            manifests.extend(new.cloned());
            Ok(())
        };
        reachable::walk(self, Scope::All, visit, |_, error| Err(error)).await?;
        let store = self.store();
        let reads = manifests.into_iter().map(|m| async move { list::read(store, &m).await });
        let mut reads = stream::iter(reads).buffer_unordered(READERS);
        while let Some(fragments) = reads.try_next().await? {
            for file in fragments.iter().flat_map(|f| &f.files) {
                named.data.insert(file.hash);
                named.blobs.extend(file.blobs.iter().map(|b| b.0));
            }
        }
        Ok(named)
    }
}

impl Named {
    /// Is the object named, or none of ours?
    fn holds(&self, path: &str) -> bool {
        let Some((folder, name)) = path.split_once('/') else { return true };
        let hash = |name: &str| name.parse::<ContentHash>().ok();
        match folder {
            layout::DATA => {
                name.strip_suffix(".parquet").and_then(hash).is_none_or(|h| self.data.contains(&h))
            }
            layout::MANIFESTS => hash(name).is_none_or(|h| self.manifests.contains(&h)),
            layout::BLOBS => hash(name).is_none_or(|h| self.blobs.contains(&h)),
            _ => true,
        }
    }
}
