//! Assembled Parquet files of data sets: caches plans, recipes and sizes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::assemble::{Assembled, Assembler, Shard};
use hub_dataset::{Result, Snapshot};
use hub_schema::CommitId;
use moka::future::Cache;
use uuid::Uuid;

use super::plan::Plan;

/// Target length of a repository's Parquet files.
const SHARD_BYTES: u64 = 500_000_000;

/// Maximum cached plans.
const CACHED_PLANS: u64 = 256;

/// Maximum cached sizes.
const CACHED_SIZES: u64 = 100_000;

/// Cached entries are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(3600);

/// Assembles whole Parquet files, and caches what is needed for that.
#[derive(Debug)]
pub struct WholeFiles {
    assembler: Assembler,
    plans: Cache<(Uuid, CommitId, Kind), Arc<Plan>>,
    sizes: Cache<(Uuid, CommitId, String), Sizes>,
}

/// How a plan divides splits into files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Several files of about 500 MB per split.
    Shards,
    /// One file per split, up to Parquet's limits.
    Splits,
}

/// Length and entity tag of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub size_bytes: u64,
    /// The entity tag without quotes, 40 hex digits.
    pub etag: String,
}

impl WholeFiles {
    /// Caches rewritten column chunks in `folder`, up to `max_bytes`.
    pub fn open(folder: &Path, max_bytes: u64) -> Result<Self> {
        Ok(Self {
            assembler: Assembler::new(folder, max_bytes)?,
            plans: Cache::builder().max_capacity(CACHED_PLANS).time_to_idle(IDLE).build(),
            sizes: Cache::builder().max_capacity(CACHED_SIZES).time_to_idle(IDLE).build(),
        })
    }

    /// The files that a revision is shown as, by `kind`.
    pub async fn plan(&self, dataset: Uuid, snapshot: &Snapshot, kind: Kind) -> Result<Arc<Plan>> {
        let key = (dataset, snapshot.at().id, kind);
        if let Some(plan) = self.plans.get(&key).await {
            return Ok(plan);
        }
        let plan = match kind {
            Kind::Shards => {
                let name = |slug: &str, nth, of| format!("data/{slug}-{nth:05}-of-{of:05}.parquet");
                Plan::new(snapshot, SHARD_BYTES, name).await?
            }
            Kind::Splits => {
                let name = |slug: &str, nth, of| match of {
                    1 => format!("{slug}.parquet"),
                    _ => format!("{slug}-{nth:05}-of-{of:05}.parquet"),
                };
                Plan::new(snapshot, u64::MAX, name).await?
            }
        };
        let plan = Arc::new(plan);
        self.plans.insert(key, Arc::clone(&plan)).await;
        Ok(plan)
    }

    /// Prepares a file for reading. `blob_address` is the address of long samples, with `{hash}` as placeholder.
    pub async fn file(&self, snapshot: &Snapshot, shard: &Shard, blob_address: &str) -> Result<Assembled> {
        self.assembler.assemble(snapshot, shard, Some(blob_address)).await
    }

    /// Length and entity tag of a file of [`Kind::Shards`], by its path.
    pub async fn sizes(
        &self,
        dataset: Uuid,
        snapshot: &Snapshot,
        (path, shard): (&str, &Shard),
        blob_address: &str,
    ) -> Result<Sizes> {
        // The files contain the address, and so the data set's name: after a rename they are different.
        let key = (dataset, snapshot.at().id, format!("{blob_address} {path}"));
        if let Some(sizes) = self.sizes.get(&key).await {
            return Ok(sizes);
        }
        let file = self.file(snapshot, shard, blob_address).await?;
        let recipe = file.recipe();
        let sizes = Sizes { size_bytes: recipe.size_bytes(), etag: recipe.etag().to_owned() };
        self.sizes.insert(key, sizes.clone()).await;
        Ok(sizes)
    }
}
