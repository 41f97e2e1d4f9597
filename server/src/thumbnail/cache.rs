//! The cache of thumbnails, and of the hashes of cells.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hub_schema::{CommitId, FieldId};
use moka::future::Cache;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::content::Content;
use super::decode_budget::DecodeBudget;
use super::make::make;
use super::params::{Name, Params};
use super::video;
use crate::http::middleware::Metrics;
use crate::problem::{Kind, Problem, Result};

/// Cached entries are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(3600);

/// Maximum cells whose content hash is cached.
const KNOWN_CELLS: u64 = 100_000;

/// Bytes of cached times of frames.
const FRAME_TIMES_BYTES: u64 = 64 * 1024 * 1024;

/// Memory of a cache entry apart from the thumbnail's bytes.
const ENTRY_BYTES: usize = 256;

/// A cell of a commit, whose content never changes: data set, commit, row and column.
pub type CellId = (Uuid, CommitId, String, FieldId);

/// The cached result of generating a thumbnail.
#[derive(Clone, Debug)]
enum Outcome {
    Thumbnail(Bytes),
    /// The content can't be decoded.
    Refused(Problem),
}

/// The cache of thumbnails, and the budget for generating others.
#[derive(Debug)]
pub struct Thumbnails {
    made: Cache<Name, Outcome>,
    /// The hash of a cell's bytes.
    cells: Cache<CellId, blake3::Hash>,
    /// When the frames of videos begin, by the hash of their bytes.
    frame_times: Cache<[u8; 32], Arc<Vec<f64>>>,
    budget: Arc<DecodeBudget>,
    /// The program that extracts frames of videos.
    ffmpeg: PathBuf,
}

impl Thumbnails {
    /// Caches up to `max_bytes` of thumbnails.
    pub fn new(max_bytes: u64, ffmpeg: PathBuf) -> Self {
        let weigh = |_: &Name, made: &Outcome| match made {
            Outcome::Thumbnail(bytes) => u32::try_from(bytes.len() + ENTRY_BYTES).unwrap_or(u32::MAX),
            Outcome::Refused(problem) => (problem.detail.len() + ENTRY_BYTES) as u32,
        };
        Self {
            made: Cache::builder().max_capacity(max_bytes).weigher(weigh).time_to_idle(IDLE).build(),
            cells: Cache::builder().max_capacity(KNOWN_CELLS).time_to_idle(IDLE).build(),
            frame_times: Cache::builder()
                .max_capacity(FRAME_TIMES_BYTES)
                .weigher(|_, times: &Arc<Vec<f64>>| {
                    u32::try_from(8 * times.len() + ENTRY_BYTES).unwrap_or(u32::MAX)
                })
                .time_to_idle(IDLE)
                .build(),
            budget: Arc::default(),
            ffmpeg,
        }
    }

    /// When the frames of a video begin, in seconds.
    ///
    /// # Errors
    /// It can't be read as a video; [`Kind::NoFfmpeg`].
    pub async fn frame_times(&self, content: Content) -> Result<Arc<Vec<f64>>> {
        let hash = *content.hash().as_bytes();
        let times = async { video::times(&self.ffmpeg, &self.budget, content).await.map(Arc::new) };
        self.frame_times.try_get_with(hash, times).await.map_err(|problem| Problem::clone(&problem))
    }

    /// Waits for memory to decode with.
    ///
    /// # Errors
    /// [`Kind::Overloaded`] if it takes too long.
    pub async fn wait(&self, bytes: u64) -> Result<OwnedSemaphorePermit> {
        self.budget.wait(bytes).await
    }

    /// The hash of a cell's bytes, if it is cached.
    pub async fn hash(&self, cell: &CellId) -> Option<blake3::Hash> {
        self.cells.get(cell).await
    }

    /// Caches the hash of a cell's bytes.
    pub async fn remember(&self, cell: CellId, hash: blake3::Hash) {
        self.cells.insert(cell, hash).await;
    }

    /// The thumbnail `name`, cached or generated. `read` reads the content of the cell; it is polled only if needed.
    ///
    /// # Errors
    /// [`Kind::BadMedia`] and [`Kind::TooManyPixels`] for content that can't be decoded; [`Kind::Overloaded`] if no memory
    /// becomes free in time; [`Kind::NoFfmpeg`].
    pub async fn get(
        &self,
        metrics: &Metrics,
        name: Name,
        params: &Params,
        read: impl Future<Output = Result<Content>>,
    ) -> Result<Bytes> {
        let making = async {
            let content = read.await?;
            let made = match make(&self.ffmpeg, &self.budget, content, params).await {
                Ok(bytes) => Outcome::Thumbnail(bytes),
                Err(problem) if matches!(problem.kind, Kind::BadMedia | Kind::TooManyPixels) => {
                    Outcome::Refused(problem)
                }
                Err(problem) => return Err(problem),
            };
            metrics.thumbnails_made.inc();
            Ok(made)
        };
        metrics.thumbnails.inc();
        match self.made.try_get_with(name, making).await {
            Ok(Outcome::Thumbnail(bytes)) => Ok(bytes),
            Ok(Outcome::Refused(problem)) => Err(problem),
            Err(problem) => Err(Problem::clone(&problem)),
        }
    }
}
