//! Small pictures of cells, made when they are first asked for.
//!
//! What a thumbnail shows follows from the bytes of the cell and a few parameters, and so does its name: a hash of
//! both, which is its entity tag and its place in the cache ([`Params::name`]). Two cells with the same picture, of
//! whichever data sets, share it; who may see the cell has been settled before anyone comes here.
//!
//! Thumbnails are kept in memory alone, up to `thumbnail_bytes`: they are a few kilobytes each, and a server that
//! starts anew makes a page of them in a second. Those of one name are made once, however many wait for it.
//! Decoding runs on threads for what blocks, as much of it at a time as fits into a budget of memory ([`decode_budget`]).
//! That something can't be decoded is kept like a thumbnail: a damaged picture is tried once.

mod content;
mod decode_budget;
mod film;
mod loopback;
mod make;
mod params;
mod subject;
mod tensor;

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

/// What nobody asked for this long is forgotten.
const IDLE: Duration = Duration::from_secs(3600);

/// Cells whose contents are known by name.
const KNOWN_CELLS: u64 = 100_000;

/// What is kept besides a thumbnail's bytes.
const ENTRY_BYTES: usize = 256;

/// A cell of a commit, which never changes.
pub type CellId = (Uuid, CommitId, String, FieldId);

/// The name of a thumbnail.
pub type Name = [u8; 32];

/// What came of making a thumbnail.
#[derive(Clone, Debug)]
enum Made {
    /// It, as a file.
    Picture(Bytes),
    /// None can be made of this, now or later.
    Refused(Problem),
}

/// The thumbnails that are kept, and the turns to make others.
#[derive(Debug)]
pub struct Thumbnails {
    made: Cache<Name, Made>,
    /// The hash of a cell's bytes.
    cells: Cache<CellId, blake3::Hash>,
    turns: Arc<DecodeBudget>,
}

impl Thumbnails {
    /// Keeps `most_bytes` of them.
    pub fn new(most_bytes: u64) -> Self {
        let weigh = |_: &Name, made: &Made| match made {
            Made::Picture(bytes) => u32::try_from(bytes.len() + ENTRY_BYTES).unwrap_or(u32::MAX),
            Made::Refused(problem) => (problem.detail.len() + ENTRY_BYTES) as u32,
        };
        Self {
            made: Cache::builder().max_capacity(most_bytes).weigher(weigh).time_to_idle(IDLE).build(),
            cells: Cache::builder().max_capacity(KNOWN_CELLS).time_to_idle(IDLE).build(),
            turns: Arc::default(),
        }
    }

    /// The hash of a cell's bytes, if the cell was looked at before.
    pub async fn hash(&self, cell: &CellId) -> Option<blake3::Hash> {
        self.cells.get(cell).await
    }

    /// Remembers the hash of a cell's bytes.
    pub async fn remember(&self, cell: CellId, hash: blake3::Hash) {
        self.cells.insert(cell, hash).await;
    }

    /// The thumbnail `name`, kept or made. `read` gives the content of the cell, and is asked for it only if it is
    /// needed.
    ///
    /// # Errors
    /// [`Kind::BadMedia`] and [`Kind::TooManyPixels`] for what can't be decoded; [`Kind::Overloaded`] if its turn
    /// doesn't come; [`Kind::NoFfmpeg`].
    pub async fn get(
        &self,
        state: &AppState,
        name: Name,
        asked: &Params,
        read: impl Future<Output = Result<Content>>,
    ) -> Result<Bytes> {
        let make = async {
            let content = read.await?;
            let made = match make::make(state, &self.turns, content, asked).await {
                Ok(bytes) => Made::Picture(bytes),
                Err(problem) if matches!(problem.kind, Kind::BadMedia | Kind::TooManyPixels) => {
                    Made::Refused(problem)
                }
                Err(problem) => return Err(problem),
            };
            state.metrics.thumbnails_made.inc();
            Ok(made)
        };
        state.metrics.thumbnails.inc();
        match self.made.try_get_with(name, make).await {
            Ok(Made::Picture(bytes)) => Ok(bytes),
            Ok(Made::Refused(problem)) => Err(problem),
            Err(problem) => Err(Problem::clone(&problem)),
        }
    }
}
