//! What to stream, and how.

use hub_dataset::Snapshot;
use hub_schema::RowId;

use crate::cache::Cache;
use crate::filter::Filter;
use crate::state::StreamState;

/// Rows a batch, unless it is said.
pub const DEFAULT_BATCH_SIZE: usize = 64;
/// Bytes that may be read ahead, unless it is said.
pub const DEFAULT_PREFETCH_BYTES: u64 = 384 * 1024 * 1024;
/// The most chunks that are mixed at a time, unless it is said.
pub const DEFAULT_WINDOW_CHUNKS: usize = 12;

/// Which rows, before split and deletions.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    All,
    Ids(Vec<RowId>),
    Positions(Vec<u64>),
}

/// What to stream, and how.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct StreamBuilder {
    pub(super) snapshot: Snapshot,
    pub(super) columns: Option<Vec<String>>,
    pub(super) split: Option<String>,
    pub(super) rows: Rows,
    pub(super) filter: Option<Filter>,
    /// `Some(None)`: in order, said so.
    pub(super) seed: Option<Option<u64>>,
    pub(super) epoch: Option<u64>,
    pub(super) batch_size: Option<usize>,
    pub(super) lanes: Option<usize>,
    pub(super) window_chunks: Option<usize>,
    pub(super) rank: (usize, usize),
    pub(super) worker: (usize, usize),
    pub(super) drop_last: bool,
    pub(super) prefetch_bytes: u64,
    pub(super) cache: Option<Cache>,
    pub(super) decode_tensors: bool,
    pub(super) row_ids: bool,
    pub(super) verify: bool,
    pub(super) release_pages: bool,
    pub(super) resume: Option<StreamState>,
}

impl StreamBuilder {
    /// A stream of all rows and columns of a revision, in order, for one consumer.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            columns: None,
            split: None,
            rows: Rows::All,
            filter: None,
            seed: None,
            epoch: None,
            batch_size: None,
            lanes: None,
            window_chunks: None,
            rank: (0, 1),
            worker: (0, 1),
            drop_last: false,
            prefetch_bytes: DEFAULT_PREFETCH_BYTES,
            cache: None,
            decode_tensors: true,
            row_ids: false,
            verify: false,
            release_pages: false,
            resume: None,
        }
    }

    /// Only these columns, in this order.
    pub fn columns<S: AsRef<str>>(mut self, names: &[S]) -> Self {
        self.columns = Some(names.iter().map(|n| n.as_ref().to_owned()).collect());
        self
    }

    /// Only the rows of this split.
    pub fn split(mut self, name: impl Into<String>) -> Self {
        self.split = Some(name.into());
        self
    }

    /// Only these rows. They are a set: the order is the stream's, and a repeated id counts once.
    pub fn rows(mut self, ids: impl IntoIterator<Item = RowId>) -> Self {
        self.rows = Rows::Ids(ids.into_iter().collect());
        self
    }

    /// Only the rows at these positions of the revision, a set as in [`rows`](Self::rows).
    pub fn positions(mut self, positions: impl IntoIterator<Item = u64>) -> Self {
        self.rows = Rows::Positions(positions.into_iter().collect());
        self
    }

    /// Only the rows that meet a condition, as behind SQL's WHERE: `isa(label, 'dog.n.01')`. The condition's
    /// columns are read once, when the stream is built; then only row groups and rows that are left.
    pub fn filter(mut self, condition: impl Into<Filter>) -> Self {
        self.filter = Some(condition.into());
        self
    }

    /// Rows a batch (default 64). Only the last batch of the epoch may be smaller.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch_size = Some(rows);
        self
    }

    /// Shuffled, by a seed and the [`epoch`](Self::epoch).
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.seed = Some(Some(seed));
        self
    }

    /// In the revision's own order (the default).
    pub fn in_order(mut self) -> Self {
        self.seed = Some(None);
        self
    }

    /// Which epoch, from 0: each has its own shuffle.
    pub fn epoch(mut self, epoch: u64) -> Self {
        self.epoch = Some(epoch);
        self
    }

    /// This process is `rank` (from 0) of `world_size`.
    pub fn rank(mut self, rank: usize, world_size: usize) -> Self {
        self.rank = (rank, world_size);
        self
    }

    /// This stream is `worker` (from 0) of the `workers` that read for this rank.
    pub fn worker(mut self, worker: usize, workers: usize) -> Self {
        self.worker = (worker, workers);
        self
    }

    /// Lanes that a shuffled epoch is dealt from: by default as many as there are consumers when it starts
    /// (`world_size * workers`), so that no chunk is read twice. The order depends on it: fix it to see the
    /// same batches with any number of consumers. In order the default is 1.
    pub fn lanes(mut self, lanes: usize) -> Self {
        self.lanes = Some(lanes);
        self
    }

    /// The most chunks (row groups, about 8 to 16 MiB each) whose rows are mixed at a time (default 12). More
    /// mix better and hold more memory where the data set is not on a local disk.
    pub fn window_chunks(mut self, chunks: usize) -> Self {
        self.window_chunks = Some(chunks);
        self
    }

    /// Leave out the last batches that would be smaller than the others or that not every rank would get, so
    /// that all ranks see equally many full batches.
    pub fn drop_last(mut self, drop: bool) -> Self {
        self.drop_last = drop;
        self
    }

    /// The most bytes that are read ahead, beside the chunks that the next batch needs (default 384 MiB).
    pub fn prefetch(mut self, bytes: u64) -> Self {
        self.prefetch_bytes = bytes;
        self
    }

    /// Keeps on disk what is fetched from a location that is not a local disk.
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Give tensors as `arrow.fixed_shape_tensor` (the default) or as the stored `FixedSizeBinary`; neither
    /// copies.
    pub fn decode_tensors(mut self, decode: bool) -> Self {
        self.decode_tensors = decode;
        self
    }

    /// Adds a last column `row_id` (uint64, not null): the row's id for life.
    pub fn with_row_ids(mut self, with: bool) -> Self {
        self.row_ids = with;
        self
    }

    /// Check the checksum of every row group before it is decoded. What is fetched as a whole is always
    /// checked; this also reads all bytes of a local row group, and all columns of a remote one.
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Take the pages of mapped files out of this process's memory as soon as they were checked and decoded (default
    /// false). For whoever holds many streams and looks at each batch once; [`BatchStream::pages`](crate::BatchStream::pages) does the same for
    /// what the reader of a batch touched.
    pub fn release_pages(mut self, release: bool) -> Self {
        self.release_pages = release;
        self
    }

    /// Goes on where a state was taken. Seed, epoch, batch size, lanes and window come from the state; ranks,
    /// workers and columns are free to differ.
    pub fn resume(mut self, state: StreamState) -> Self {
        self.resume = Some(state);
        self
    }
}
