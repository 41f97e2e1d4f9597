//! Deletes what no commit names.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::DatasetMeta;

use super::leftovers;
use super::report::Swept;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::store::Listed;

/// Delete requests that run concurrently.
const DELETERS: usize = 16;

impl Dataset {
    /// The default grace time of a sweep, and the shortest beside writers: a push reuses files that are up to half of it
    /// old. A push that takes longer from its first file to its commit must not be swept in between.
    pub const DEFAULT_GRACE: Duration = Duration::from_secs(24 * 60 * 60);

    /// Deletes what no commit of a live branch, tag or view names and is older than `grace`; with `dry_run` only
    /// counts it.
    ///
    /// A grace time shorter than [`Self::DEFAULT_GRACE`] holds only on a local disk while no writer is under way
    /// ([`Dataset::begin_writing`]); writers that begin meanwhile wait. Beside a writer, the default holds instead, and
    /// [`Swept::kept_for_writers`] is set.
    ///
    /// # Errors
    /// [`Error::GraceTooShort`] in a bucket and in the store of a hub's server, where writers can't be seen. A commit or
    /// manifest can't be read: what it names is not known, so nothing is deleted.
    pub async fn gc(&self, grace: Duration, dry_run: bool) -> Result<Swept> {
        let is_short = grace < Self::DEFAULT_GRACE;
        // Who pushes to a hub's server holds no lock here.
        let has_locks = self.store().directory().is_some() && !self.is_of_a_server().await?;
        if !has_locks {
            if is_short && !dry_run {
                return Err(Error::GraceTooShort {
                    uri: self.store().uri().to_owned(),
                    grace_secs: grace.as_secs(),
                    min_secs: Self::DEFAULT_GRACE.as_secs(),
                });
            }
            return self.sweep_older(grace, dry_run).await;
        }
        match self.store().lock_against_writers().await {
            None if is_short => {
                let swept = self.sweep_older(Self::DEFAULT_GRACE, dry_run).await?;
                Ok(Swept { kept_for_writers: true, ..swept })
            }
            _lock => self.sweep_older(grace, dry_run).await,
        }
    }

    /// Whether the data set lies in the store of a hub's server.
    async fn is_of_a_server(&self) -> Result<bool> {
        let about = self.store().get(DatasetMeta::PATH).await?;
        let is_embedded =
            |json: &Bytes| serde_json::from_slice::<DatasetMeta>(json).is_ok_and(|about| about.embedded);
        Ok(about.is_some_and(|json| !is_embedded(&json)))
    }

    /// Sweeps as [`Self::gc`] does, whoever is writing.
    pub(crate) async fn sweep_older(&self, grace: Duration, dry_run: bool) -> Result<Swept> {
        // Where the time can't be represented, nothing is old enough.
        let grace = TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX);
        let before = Utc::now().checked_sub_signed(grace).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut listed: Vec<Listed> = Vec::new();
        for folder in [layout::DATA, layout::MANIFESTS, layout::BLOBS] {
            listed.extend(self.store().list(folder).try_collect::<Vec<_>>().await?);
        }
        let named = self.named().await?;
        listed.retain(|o| !named.holds(&o.path));
        listed.extend(leftovers::probes(self.store()).await?);
        listed.extend(leftovers::unfinished_runs(self, before).await?);
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
            kept_for_writers: false,
        };
        if !dry_run {
            let deletes = old.into_iter().map(|o| async move {
                // A concurrent push may have written it again since it was listed.
                match self.store().head(&o.path).await? {
                    Some(there) if there.modified < before => self.store().delete(&o.path).await,
                    _ => Ok(()),
                }
            });
            stream::iter(deletes).buffer_unordered(DELETERS).try_collect::<Vec<_>>().await?;
        }
        Ok(swept)
    }
}
