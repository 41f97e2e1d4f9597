//! The state that all handlers share. Cheap to clone; everything in it is a cache or a connection, so a restart loses
//! nothing.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use hub_catalog::Catalog;
use hub_catalog::index::SynsetIndex;
use hub_schema::CommitId;
use moka::future::Cache;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::auth::{AccessCache, KnownCallers};
use crate::config::Config;
use crate::hf::{Cards, WholeFiles};
use crate::http::middleware::Metrics;
use crate::query_process::QueryProcesses;
use crate::store::object::local::LocalFiles;
use crate::store::object::upload::PartsInProgress;
use crate::store::open::OpenDatasets;
use crate::store::{Root, RootError, SecretError, Signer};
use crate::thumbnail::Thumbnails;
use crate::views::kept::Kept;
use crate::views::pick_cache::PickCache;
use crate::views::review::queue::Queue;
use crate::work::admission::Admission;
use crate::work::attempts::Attempts;
use crate::work::background::Background;
use crate::work::classifiers::Classifiers;
use crate::work::commits::Commits;
use crate::work::damaged::Damaged;
use crate::work::fault::Faults;
use crate::work::filter_cache::FilterCache;
use crate::work::pictures::Pictures;
use crate::work::share::{Limits, Share};

/// Maximum revisions whose statistics are cached.
const CACHED_STATS: u64 = 256;
/// Cached statistics are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(600);
/// Maximum bytes of review queues.
const QUEUE_BYTES: u64 = 256 * 1024 * 1024;
/// Review queues that are made at once; most take less than a second.
const QUEUES_AT_ONCE: usize = 8;
/// Concurrent filters and queries, in all.
const FILTERS: usize = 8;
/// Concurrent filters and queries of one caller.
const FILTERS_PER_CALLER: usize = 2;
/// How many of [`FILTERS`] are reserved for users.
const FILTERS_FOR_USERS: usize = 2;
/// Concurrent classifications, in all; a caller has one at a time.
const CLASSIFICATIONS: usize = 2;
/// Wrong tokens per minute from one network. Tokens can't be guessed; this limits load and log lines.
const BAD_TOKENS_PER_MINUTE: u32 = 120;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the catalog can't be opened")]
    Catalog(#[from] hub_catalog::Error),
    #[error(transparent)]
    Store(#[from] RootError),
    #[error("the cache on the local disk can't be opened")]
    Cache(#[from] hub_dataset::Error),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("{path}: can't {action}")]
    Home {
        path: String,
        action: &'static str,
        #[source]
        source: std::io::Error,
    },
}

#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

#[derive(Debug)]
pub struct Shared {
    pub config: Config,
    pub catalog: Catalog,
    /// Which rows carry which synset.
    pub labels: Arc<SynsetIndex>,
    pub root: Root,
    /// Signs links to files.
    pub signer: Signer,
    /// Data sets that are open.
    pub datasets: OpenDatasets,
    /// Successful read checks of the last second.
    pub access_cache: AccessCache,
    /// Open files of a store on this server's disk.
    pub files: LocalFiles,
    /// Splits assembled to whole Parquet files, for Hugging Face's clients and Croissant.
    pub whole_files: WholeFiles,
    pub metrics: Metrics,
    pub stats: Cache<(Uuid, CommitId), Arc<serde_json::Value>>,
    pub thumbnails: Thumbnails,
    /// The rows that stand for revisions on pages.
    pub picks: PickCache,
    /// Cards whose front matter was parsed.
    pub cards: Cards,
    /// Limits concurrent requests.
    pub requests: Arc<Share>,
    /// Limits requests that wait for their bodies.
    pub bodies: Arc<Share>,
    /// Limits tokens and sessions that are verified to know whose part a request is of.
    pub verifications: Arc<Share>,
    /// Limits concurrent streams.
    pub streams: Arc<Share>,
    /// Whose the tokens and sessions of the last minute are.
    pub known_callers: KnownCallers,
    /// Limits how many pieces of streams are encoded at once: two per core.
    pub encoders: Arc<Semaphore>,
    pub filter_cache: FilterCache,
    /// Reads pictures for duplicates and outliers.
    pub pictures: Pictures,
    pub review_queues: Background<Queue>,
    /// Tells pages of new commits.
    pub commits: Commits,
    /// Limits pages that wait for commits.
    pub event_streams: Arc<Share>,
    /// Orders and facets of revisions.
    pub kept: Kept,
    pub filters: Admission,
    /// Limits concurrent classifications, each of which is a process.
    pub classifications: Admission,
    /// Models that are loaded.
    pub classifiers: Classifiers,
    /// Runs filters and queries.
    pub queries: QueryProcesses,
    /// Commits that queries over all data sets skip.
    pub damaged: Damaged,
    /// Parts of uploads that are being received.
    pub parts_in_progress: PartsInProgress,
    /// Failed logins, by network and by user name.
    pub logins: Attempts,
    /// Wrong tokens, by network.
    pub bad_tokens: Attempts,
    /// Where tests end changes.
    pub faults: Faults,
}

impl AppState {
    /// Opens the catalog and the store that the settings name.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let home = |source| StartError::Home {
            path: config.home.display().to_string(),
            action: "create the hub's home directory",
            source,
        };
        std::fs::create_dir_all(&config.home).map_err(home)?;
        let secret = match &config.secret {
            Some(secret) => secret.clone(),
            None => crate::store::stored_secret(&config.home.join("secret"))?,
        };
        let catalog = hub_catalog::open(&config.database_url).await?;
        let root = Root::open(&config.store, config.store_patience)?;
        let root = root.signing_for(config.public_store_endpoint.as_ref())?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Shared {
            labels: Arc::new(catalog.synset_index()),
            signer: Signer::new(&secret),
            datasets: OpenDatasets::default(),
            access_cache: AccessCache::default(),
            files: LocalFiles::default(),
            whole_files: WholeFiles::open(&config.home.join("cache/whole"), config.cache_bytes)?,
            metrics: Metrics::default(),
            stats: Cache::builder().max_capacity(CACHED_STATS).time_to_idle(IDLE).build(),
            thumbnails: Thumbnails::new(config.thumbnail_bytes, config.ffmpeg.clone()),
            picks: PickCache::default(),
            cards: Cards::default(),
            requests: Share::new("requests", Limits::of(config.requests)),
            bodies: Share::new("requests whose bodies are being received", Limits::of(config.requests)),
            verifications: Share::new("requests with an unknown token", Limits::of(config.requests)),
            streams: Share::new("streams", Limits::of(config.streams)),
            known_callers: KnownCallers::default(),
            encoders: Arc::new(Semaphore::new(2 * cores)),
            filter_cache: FilterCache::default(),
            pictures: Pictures::new(&config.home),
            review_queues: Background::new(QUEUE_BYTES, QUEUES_AT_ONCE),
            commits: Commits::default(),
            event_streams: Share::new("pages that wait for commits", Limits::of(config.requests)),
            kept: Kept::default(),
            filters: Admission::new("filters or queries", FILTERS, FILTERS_PER_CALLER, FILTERS_FOR_USERS),
            classifications: Admission::new("classifications", CLASSIFICATIONS, 1, 0),
            classifiers: Classifiers::default(),
            queries: QueryProcesses::new(&config),
            damaged: Damaged::default(),
            parts_in_progress: PartsInProgress::default(),
            logins: Attempts::per_minute(config.logins_per_minute),
            bad_tokens: Attempts::per_minute(BAD_TOKENS_PER_MINUTE),
            faults: Faults::default(),
            catalog,
            root,
            config,
        })))
    }
}
