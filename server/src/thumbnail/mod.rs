//! Thumbnails of cells, generated on the first request.
//!
//! A thumbnail is determined by the bytes of the cell and a few parameters. Its name is a hash of both, which is its
//! entity tag and its key in the cache ([`Params::name`]). Cells with the same image share it, even across data sets;
//! access to the cell is checked before.
//!
//! Thumbnails are cached in memory only, up to `thumbnail_bytes`: they have a few kilobytes each, and a restarted server
//! generates a page of them in a second. Concurrent requests for one name wait for one generation. Decoding runs on the
//! blocking thread pool, limited by a memory budget ([`decode_budget`]). Decoding errors are cached like thumbnails, so
//! that a damaged image is decoded once.

mod content;
mod decode_budget;
mod loopback;
mod make;
mod params;
mod subject;
mod tensor;
mod video;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hub_schema::{CommitId, FieldId};
use moka::future::Cache;
use uuid::Uuid;

pub use content::Content;
use decode_budget::DecodeBudget;
pub use params::{Params, accepted};
pub use subject::Subject;

use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// Cached entries are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(3600);

/// Maximum cells whose content hash is cached.
const KNOWN_CELLS: u64 = 100_000;

/// Memory of a cache entry apart from the thumbnail's bytes.
const ENTRY_BYTES: usize = 256;

/// A cell of a commit, whose content never changes: data set, commit, row and column.
pub type CellId = (Uuid, CommitId, String, FieldId);

/// The name of a thumbnail: see [`Params::name`].
pub type Name = [u8; 32];

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
    budget: Arc<DecodeBudget>,
}

impl Thumbnails {
    /// Caches up to `max_bytes` of thumbnails.
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |_: &Name, made: &Outcome| match made {
            Outcome::Thumbnail(bytes) => u32::try_from(bytes.len() + ENTRY_BYTES).unwrap_or(u32::MAX),
            Outcome::Refused(problem) => (problem.detail.len() + ENTRY_BYTES) as u32,
        };
        Self {
            made: Cache::builder().max_capacity(max_bytes).weigher(weigh).time_to_idle(IDLE).build(),
            cells: Cache::builder().max_capacity(KNOWN_CELLS).time_to_idle(IDLE).build(),
            budget: Arc::default(),
        }
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
        state: &AppState,
        name: Name,
        params: &Params,
        read: impl Future<Output = Result<Content>>,
    ) -> Result<Bytes> {
        let make = async {
            let content = read.await?;
            let made = match make::make(state, &self.budget, content, params).await {
                Ok(bytes) => Outcome::Thumbnail(bytes),
                Err(problem) if matches!(problem.kind, Kind::BadMedia | Kind::TooManyPixels) => {
                    Outcome::Refused(problem)
                }
                Err(problem) => return Err(problem),
            };
            state.metrics.thumbnails_made.inc();
            Ok(made)
        };
        state.metrics.thumbnails.inc();
        match self.made.try_get_with(name, make).await {
            Ok(Outcome::Thumbnail(bytes)) => Ok(bytes),
            Ok(Outcome::Refused(problem)) => Err(problem),
            Err(problem) => Err(Problem::clone(&problem)),
        }
    }
}
