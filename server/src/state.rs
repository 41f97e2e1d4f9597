//! What the handlers share. Cheap to clone; nothing in it is the only copy of anything.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use hub_catalog::Catalog;
use hub_catalog::index::SynsetIndex;
use hub_schema::CommitId;
use moka::future::Cache;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::admission::Admission;
use crate::auth::AccessCache;
use crate::config::Config;
use crate::damaged::Damaged;
use crate::hf::WholeFiles;
use crate::middleware::Metrics;
use crate::object::local::LocalFiles;
use crate::object::upload::Busy;
use crate::open::OpenDatasets;
use crate::rate::Rate;
use crate::store::{Root, RootError, SecretError, Signer};
use crate::thumbnail::Thumbnails;

/// Revisions whose statistics are kept.
const KEPT_STATS: u64 = 256;
/// What nobody asked for this long is closed.
const IDLE: Duration = Duration::from_secs(600);
/// Filters and questions that are worked on at a time …
const FILTERS: usize = 8;
/// … for one caller …
const FILTERS_OF_ONE: usize = 2;
/// … and how many of them are left to users.
const FILTERS_OF_USERS: usize = 2;
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
    /// The hub's secret can't be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
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
    pub lately: AccessCache,
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
    /// Admission for requests.
    pub requests: Arc<Semaphore>,
    /// Admission for streams.
    pub streams: Arc<Semaphore>,
    /// Admission to encode a piece of a stream.
    pub encoders: Arc<Semaphore>,
    /// Rows that filters held for.
    pub kept_filters: crate::filter::Kept,
    /// Admission for filters and questions.
    pub filters: Admission,
    /// Commits that questions do without.
    pub damaged: Damaged,
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
            lately: AccessCache::default(),
            files: LocalFiles::default(),
            whole_files: WholeFiles::open(&config.home.join("cache/whole"), config.cache_bytes)?,
            metrics: Metrics::default(),
            stats: Cache::builder().max_capacity(KEPT_STATS).time_to_idle(IDLE).build(),
            thumbnails: Thumbnails::new(config.thumbnail_bytes),
            requests: Arc::new(Semaphore::new(config.requests)),
            streams: Arc::new(Semaphore::new(config.streams)),
            encoders: Arc::new(Semaphore::new(2 * cores)),
            kept_filters: crate::filter::Kept::default(),
            filters: Admission::new(FILTERS, FILTERS_OF_ONE, FILTERS_OF_USERS),
            damaged: Damaged::default(),
            busy: Busy::default(),
            logins: Rate::per_minute(config.logins_per_minute),
            bad_tokens: Rate::per_minute(BAD_TOKENS_PER_MINUTE),
            catalog,
            root,
            config,
        })))
    }
}
