//! What the handlers share. Cheap to clone; nothing in it is the only copy of anything.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use hub_catalog::index::SynsetIndex;
use hub_catalog::{Catalog, DatasetInfo};
use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::{BranchName, CommitId, Revision};
use moka::future::Cache;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::auth::Lately;
use crate::config::Config;
use crate::hf::WholeFiles;
use crate::middleware::Metrics;
use crate::object::local::LocalFiles;
use crate::object::upload::Busy;
use crate::problem::{Problem, Result};
use crate::rate::Rate;
use crate::store::{Root, RootError, Signer};
use crate::thumbnail::Thumbnails;

/// Data sets that are kept open.
const OPEN_DATASETS: u64 = 256;
/// Revisions whose manifests are kept.
const OPEN_SNAPSHOTS: u64 = 1024;
/// Revisions whose statistics are kept.
const KEPT_STATS: u64 = 256;
/// What nobody asked for this long is closed.
const IDLE: Duration = Duration::from_secs(600);
/// What is believed this long without asking the catalog.
const FRESH: Duration = Duration::from_secs(5);
/// Filters that are worked on at a time.
const FILTERS: usize = 8;
/// Wrong tokens a minute from one address; guessing one is hopeless, trying is still noise.
const BAD_TOKENS_PER_MINUTE: u32 = 120;

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The catalog can't be opened.
    #[error("the catalog can't be opened")]
    Catalog(#[from] hub_catalog::Error),
    /// The store can't be opened.
    #[error(transparent)]
    Store(#[from] RootError),
    /// The cache on the local disk can't be used.
    #[error("the cache can't be used")]
    Cache(#[from] hub_dataset::Error),
    /// The home can't be used.
    #[error("{path}: can't {action}")]
    Home {
        /// The file.
        path: String,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

/// What the handlers share.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What is shared.
#[derive(Debug)]
pub struct Shared {
    /// The settings.
    pub config: Config,
    /// Users, names, the index.
    pub catalog: Catalog,
    /// Which rows carry which synset.
    pub labels: Arc<SynsetIndex>,
    /// Where data sets lie.
    pub root: Root,
    /// Signs links to files.
    pub signer: Signer,
    /// Data sets that are open.
    pub datasets: OpenDatasets,
    /// Who could read what, a moment ago.
    pub lately: Lately,
    /// Files of this server's disk that stay open.
    pub files: LocalFiles,
    /// Whole Parquet files of data sets.
    pub whole_files: WholeFiles,
    /// What is counted.
    pub metrics: Metrics,
    /// Statistics of revisions.
    pub stats: Cache<(Uuid, CommitId), Arc<serde_json::Value>>,
    /// Small pictures of cells.
    pub thumbnails: Thumbnails,
    /// Turns for requests.
    pub requests: Arc<Semaphore>,
    /// Turns for streams.
    pub streams: Arc<Semaphore>,
    /// Turns to encode a piece of a stream.
    pub encoders: Arc<Semaphore>,
    /// Rows that filters held for.
    pub kept_filters: crate::filter::Kept,
    /// Turns for filters.
    pub filters: Arc<Semaphore>,
    /// Parts of uploads that are coming in.
    pub busy: Busy,
    /// Logins, by name and by address.
    pub logins: Rate,
    /// Wrong tokens, by address.
    pub bad_tokens: Rate,
}

impl AppState {
    /// Opens the catalog and the store that the settings name.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let home = |source| StartError::Home {
            path: config.home.display().to_string(),
            action: "make the hub's home",
            source,
        };
        std::fs::create_dir_all(&config.home).map_err(home)?;
        let secret = match &config.secret {
            Some(secret) => secret.clone(),
            None => crate::store::kept_secret(&config.home.join("secret"))?,
        };
        let catalog = hub_catalog::open(&config.database_url).await?;
        let root = Root::open(&config.store, config.store_patience)?;
        let root = root.signing_for(config.public_store_endpoint.as_ref())?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Shared {
            labels: Arc::new(catalog.synset_index()),
            signer: Signer::new(&secret),
            datasets: OpenDatasets::default(),
            lately: Lately::default(),
            files: LocalFiles::default(),
            whole_files: WholeFiles::open(&config.home.join("cache/whole"), config.cache_bytes)?,
            metrics: Metrics::default(),
            stats: Cache::builder().max_capacity(KEPT_STATS).time_to_idle(IDLE).build(),
            thumbnails: Thumbnails::new(config.thumbnail_bytes),
            requests: Arc::new(Semaphore::new(config.requests)),
            streams: Arc::new(Semaphore::new(config.streams)),
            encoders: Arc::new(Semaphore::new(2 * cores)),
            kept_filters: crate::filter::Kept::default(),
            filters: Arc::new(Semaphore::new(FILTERS)),
            busy: Busy::default(),
            logins: Rate::per_minute(config.logins_per_minute),
            bad_tokens: Rate::per_minute(BAD_TOKENS_PER_MINUTE),
            catalog,
            root,
            config,
        })))
    }
}

type SnapshotKey = (Uuid, String, BranchName, u64);

/// Data sets that are open, and revisions whose manifests are read.
#[derive(Debug)]
pub struct OpenDatasets {
    /// By id and place: a data set that was moved is opened anew.
    open: Cache<(Uuid, String), Dataset>,
    snapshots: Cache<SnapshotKey, Snapshot>,
    /// Where data sets lie, for links that name them by id; asked again soon, since one may be moved.
    places: Cache<Uuid, Option<Store>>,
}

impl Default for OpenDatasets {
    fn default() -> Self {
        let open = Cache::builder().max_capacity(OPEN_DATASETS).time_to_idle(IDLE).build();
        let snapshots = Cache::builder().max_capacity(OPEN_SNAPSHOTS).time_to_idle(IDLE).build();
        let places = Cache::builder().max_capacity(OPEN_DATASETS).time_to_live(FRESH).build();
        Self { open, snapshots, places }
    }
}

impl OpenDatasets {
    /// Opens a data set of the catalog.
    pub async fn open(&self, state: &AppState, info: &DatasetInfo) -> Result<Dataset> {
        let key = (info.uuid, info.location.clone());
        if let Some(open) = self.open.get(&key).await {
            return Ok(open);
        }
        let dataset = Dataset::open(state.root.store(&info.location)?).await?;
        self.open.insert(key, dataset.clone()).await;
        Ok(dataset)
    }

    /// The place of a data set by its id; `None` if there is none, or it was deleted.
    pub async fn store(&self, state: &AppState, uuid: Uuid) -> Result<Option<Store>> {
        let look = async {
            match state.catalog.dataset_by_uuid(uuid).await {
                Ok(info) if info.deleted.is_some() => Ok(None),
                Ok(info) => Ok(Some(state.root.store(&info.location)?)),
                Err(hub_catalog::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(Problem::from(error)),
            }
        };
        if let Some(place) = self.places.get(&uuid).await {
            return Ok(place);
        }
        let place = look.await?;
        self.places.insert(uuid, place.clone()).await;
        Ok(place)
    }

    /// The state that a revision names; the head of the default branch where none is named. A version is the
    /// same for good, so its manifests are read once.
    pub async fn snapshot(
        &self,
        info: &DatasetInfo,
        dataset: &Dataset,
        revision: Option<&str>,
    ) -> Result<Snapshot> {
        let revision: Revision = revision.unwrap_or(info.default_branch.as_str()).parse()?;
        let key = |branch: &BranchName, version| (info.uuid, info.location.clone(), branch.clone(), version);
        if let Revision::Version(branch, version) = &revision
            && let Some(kept) = self.snapshots.get(&key(branch, *version)).await
        {
            return Ok(kept);
        }
        // Of a branch only the newest version's number is looked up, and the commit itself if it is not kept: it
        // names every class of every label and may be long.
        if let Revision::Named(name) = &revision
            && let Ok(branch) = name.parse::<BranchName>()
            && let Some(version) = dataset.newest(&branch).await?
            && let Some(kept) = self.snapshots.get(&key(&branch, version)).await
        {
            return Ok(kept);
        }
        let found = dataset.snapshot(&revision).await?;
        let key = key(&found.at().branch, found.at().version);
        if let Some(kept) = self.snapshots.get(&key).await
            && kept.at().id == found.at().id
        {
            return Ok(kept);
        }
        self.snapshots.insert(key, found.clone()).await;
        Ok(found)
    }

    /// Forgets a data set that was moved or is gone.
    pub async fn forget(&self, info: &DatasetInfo) {
        self.places.invalidate(&info.uuid).await;
        self.open.invalidate(&(info.uuid, info.location.clone())).await;
        let uuid = info.uuid;
        let kept = self.snapshots.iter().filter(|(key, _)| key.0 == uuid);
        let keys: Vec<_> = kept.map(|(key, _)| key).collect();
        for key in keys {
            self.snapshots.invalidate(key.as_ref()).await;
        }
    }
}
