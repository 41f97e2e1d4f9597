//! Whole files of a data set: plans, recipes and sizes, kept for a while.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::assemble::{Assembled, Assembler, Shard};
use hub_dataset::{Result, Snapshot};
use hub_schema::CommitId;
use moka::future::Cache;
use uuid::Uuid;

use super::plan::Plan;

/// About how long a file of a repository is.
const SHARD_BYTES: u64 = 500_000_000;

/// Plans that are kept.
const PLANS: u64 = 256;

/// Sizes that are kept.
const SIZES: u64 = 100_000;

/// What nobody asked for this long is forgotten.
const IDLE: Duration = Duration::from_secs(3600);

/// Whole files of data sets. Nothing in it is the only copy of anything.
#[derive(Debug)]
pub struct WholeFiles {
    assembler: Assembler,
    plans: Cache<(Uuid, CommitId, Kind), Arc<Plan>>,
    sizes: Cache<(Uuid, CommitId, String), Sizes>,
}

/// Which files a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Several of a sensible size a split.
    Shards,
    /// One a split, however long, as far as Parquet can.
    Splits,
}

/// Length and entity tag of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Its length.
    pub size_bytes: u64,
    /// 40 hex digits.
    pub etag: String,
}

impl WholeFiles {
    /// Keeps what has to be written again in `folder`, `most_bytes` of it.
    pub fn open(folder: &Path, most_bytes: u64) -> Result<Self> {
        Ok(Self {
            assembler: Assembler::new(folder, most_bytes)?,
            plans: Cache::builder().max_capacity(PLANS).time_to_idle(IDLE).build(),
            sizes: Cache::builder().max_capacity(SIZES).time_to_idle(IDLE).build(),
        })
    }

    /// The files that a revision is shown as.
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

    /// A file, ready to be read. `blob_address` is where long samples are served, with `{hash}` in it.
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
        // The address holds the data set's name: after a rename the files are others.
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
