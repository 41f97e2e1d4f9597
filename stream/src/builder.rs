//! The settings of a stream: which rows and columns, in which order, for which consumer, within which limits.

use hub_dataset::Snapshot;
use hub_decode::{AudioSpec, ClipSpec, ImageSpec};
use hub_schema::RowId;

use crate::cache::{Cache, IndexCache};
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::images::{Copies, CopyCache, ImageColumn, Moving, OnError};
use crate::media::{MediaColumn, MediaSpec};
use crate::planning::{Bucket, Cost};
use crate::proportions::Mixing;
use crate::state::StreamState;
use crate::weights::Weights;

/// Rows a batch, unless [`StreamBuilder::batch_size`] is called.
pub const DEFAULT_BATCH_SIZE: usize = 64;
/// The prefetch budget in bytes (384 MiB), unless [`StreamBuilder::prefetch`] is called.
pub const DEFAULT_PREFETCH_BYTES: u64 = 384 * 1024 * 1024;
/// The most chunks that are mixed at a time, unless [`StreamBuilder::window_chunks`] is called.
pub const DEFAULT_WINDOW_CHUNKS: usize = 12;

/// Which rows, before split and deletions.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    All,
    Ids(Vec<RowId>),
    Positions(Vec<u64>),
}

/// Several data sets that are streamed as one.
#[derive(Clone, Debug)]
pub(super) struct Mix {
    pub parts: Vec<StreamBuilder>,
    pub mixing: Mixing,
}

/// What becomes of an epoch's last batches, which may be smaller, and of which not every rank would get one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tail {
    /// They come as they are: every row comes once, and some ranks get a batch more than others.
    #[default]
    Keep,
    /// They are left out: all ranks get equally many full batches, and some rows don't come.
    Drop,
    /// They are filled up with the first rows of the epoch: all ranks get equally many full batches, and some rows come
    /// twice (or more often, where the epoch has fewer rows than a batch for every rank).
    Pad,
}

/// The settings of a stream. [`build`](Self::build) makes a [`BatchStream`](crate::BatchStream) of them,
/// [`estimate`](Self::estimate) adds up what it would read. Invalid settings are reported by these two.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct StreamBuilder {
    pub(super) snapshot: Snapshot,
    pub(super) columns: Option<Vec<String>>,
    pub(super) split: Option<String>,
    pub(super) rows: Rows,
    pub(super) filter: Option<Filter>,
    /// `None`: not set, so in order or as a resumed state says. `Some(None)`: set to be in order.
    pub(super) seed: Option<Option<u64>>,
    pub(super) epoch: Option<u64>,
    pub(super) batch_size: Option<usize>,
    pub(super) lanes: Option<usize>,
    pub(super) window_chunks: Option<usize>,
    pub(super) rank: (usize, usize),
    pub(super) worker: (usize, usize),
    pub(super) tail: Tail,
    pub(super) weights: Option<Weights>,
    pub(super) bucket: Option<Bucket>,
    pub(super) max_cost: Option<(Cost, f64)>,
    pub(super) mix: Option<Mix>,
    pub(super) prefetch_bytes: u64,
    pub(super) cache: Option<Cache>,
    pub(super) decode_tensors: bool,
    pub(super) row_ids: bool,
    pub(super) images: Vec<ImageColumn>,
    pub(super) media: Vec<MediaColumn>,
    pub(super) image_seed: Option<u64>,
    pub(super) indexes: Option<IndexCache>,
    pub(super) stored_indexes: bool,
    pub(super) fetch_parts: bool,
    pub(super) copies: Copies,
    pub(super) copy_cache: Option<CopyCache>,
    pub(super) decode_threads: Option<usize>,
    pub(super) on_error: OnError,
    pub(super) profile: bool,
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
            tail: Tail::Keep,
            weights: None,
            bucket: None,
            max_cost: None,
            mix: None,
            prefetch_bytes: DEFAULT_PREFETCH_BYTES,
            cache: None,
            decode_tensors: true,
            row_ids: false,
            images: Vec::new(),
            media: Vec::new(),
            image_seed: None,
            indexes: None,
            stored_indexes: true,
            fetch_parts: true,
            copies: Copies::default(),
            copy_cache: None,
            decode_threads: None,
            on_error: OnError::Raise,
            profile: false,
            verify: false,
            release_pages: false,
            resume: None,
        }
    }

    /// Only these columns, in this order (default: all columns of the revision).
    pub fn columns<S: AsRef<str>>(mut self, names: &[S]) -> Self {
        self.columns = Some(names.iter().map(|n| n.as_ref().to_owned()).collect());
        self
    }

    /// Only the rows of this split (default: all rows).
    pub fn split(mut self, name: impl Into<String>) -> Self {
        self.split = Some(name.into());
        self
    }

    /// Only these rows. They are a set: the order is the stream's, and a repeated id counts once.
    pub fn rows(mut self, ids: impl IntoIterator<Item = RowId>) -> Self {
        self.rows = Rows::Ids(ids.into_iter().collect());
        self
    }

    /// Only the rows at these positions of the revision (from 0, deleted rows not counted), a set as in
    /// [`rows`](Self::rows), which it replaces.
    pub fn positions(mut self, positions: impl IntoIterator<Item = u64>) -> Self {
        self.rows = Rows::Positions(positions.into_iter().collect());
        self
    }

    /// Only the rows that meet a condition, written as after SQL's WHERE: `isa(label, 'dog.n.01')`. The
    /// condition's columns are read once, when the stream is built; the stream then reads only what is left.
    pub fn filter(mut self, condition: impl Into<Filter>) -> Self {
        self.filter = Some(condition.into());
        self
    }

    /// Lets rows come more or less often, in proportion to weights (default: each comes once). An epoch keeps its number of
    /// rows; the column of weights or classes is read once, when the stream is built. Where a row comes again in an
    /// epoch, another random part of its images is shown.
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// A stream of several data sets. Of the parts it takes the revision, split, rows, filter, weights and cache; all other
    /// settings are those of the builder that this returns. Batches have the columns of that name that all of them have, of
    /// the same types; with [`with_row_ids`](Self::with_row_ids), a column [`DATASET`](crate::DATASET) before the row ids
    /// tells the data set of each row by its place among the parts, from 0.
    ///
    /// # Errors
    /// There are no parts.
    pub fn mix(parts: Vec<Self>, mixing: Mixing) -> Result<Self> {
        let Some(first) = parts.first() else {
            return Err(Error::Plan {
                setting: "mix",
                problem: "found no data sets, expected at least one".to_owned(),
            });
        };
        let mut builder = Self::new(first.snapshot.clone());
        builder.mix = Some(Mix { parts, mixing });
        Ok(builder)
    }

    /// Puts only rows of one bucket into a batch, such as images of one size, so that their pixels are one array (default:
    /// rows of all kinds). The order of the batches is as random as that of the rows.
    pub fn bucket(mut self, bucket: Bucket) -> Self {
        self.bucket = Some(bucket);
        self
    }

    /// The budget of a batch: it has as many rows as fit, at most [`batch_size`](Self::batch_size). A row that costs more is
    /// [`Error::Plan`], before anything is read.
    pub fn max_cost(mut self, cost: Cost, most: f64) -> Self {
        self.max_cost = Some((cost, most));
        self
    }

    /// A stream of the same rows, of whose media none are decoded.
    pub(super) fn without_decoding(mut self) -> Self {
        self.images.clear();
        self.media.clear();
        self.copy_cache = None;
        self
    }

    /// Whether batches are planned row by row from columns, and not dealt from lanes.
    pub(super) fn is_planned(&self) -> bool {
        self.bucket.is_some() || self.max_cost.is_some() || self.mix.is_some()
    }

    /// Rows a batch (default 64). Only the last batch of the epoch may be smaller.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch_size = Some(rows);
        self
    }

    /// Shuffles the rows; the order depends on this seed and the [`epoch`](Self::epoch).
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.seed = Some(Some(seed));
        self
    }

    /// Streams the rows in the revision's own order (the default).
    pub fn in_order(mut self) -> Self {
        self.seed = Some(None);
        self
    }

    /// The number of the epoch, from 0 (the default): each has its own shuffle.
    pub fn epoch(mut self, epoch: u64) -> Self {
        self.epoch = Some(epoch);
        self
    }

    /// This process is `rank` (from 0) of `world_size` (default: 0 of 1).
    pub fn rank(mut self, rank: usize, world_size: usize) -> Self {
        self.rank = (rank, world_size);
        self
    }

    /// This stream is `worker` (from 0) of the `workers` that read for this rank (default: 0 of 1).
    pub fn worker(mut self, worker: usize, workers: usize) -> Self {
        self.worker = (worker, workers);
        self
    }

    /// The number of lanes, the independent sequences of chunks whose batches are dealt out in rounds. Default:
    /// the number of consumers (`world_size * workers`) for a shuffled stream, so that no chunk is read twice;
    /// 1 in order. The order depends on it: fix it to get the same batches with any number of consumers.
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

    /// What becomes of the last batches (default: [`Tail::Keep`]).
    pub fn tail(mut self, tail: Tail) -> Self {
        self.tail = tail;
        self
    }

    /// [`Tail::Drop`] or, the default, [`Tail::Keep`].
    pub fn drop_last(self, drop: bool) -> Self {
        self.tail(if drop { Tail::Drop } else { Tail::Keep })
    }

    /// The prefetch budget in bytes: the most that is loaded for later batches, beside the chunks that the next
    /// batch needs (default 384 MiB; 0: no prefetch). Decoded images of later batches take at most half of it.
    pub fn prefetch(mut self, bytes: u64) -> Self {
        self.prefetch_bytes = bytes;
        self
    }

    /// Keeps on disk what is fetched from a location that is not a local disk (default: no cache).
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Whether tensors come as `arrow.fixed_shape_tensor` (true, the default) or as the stored `FixedSizeBinary`;
    /// neither copies.
    pub fn decode_tensors(mut self, decode: bool) -> Self {
        self.decode_tensors = decode;
        self
    }

    /// Adds a last column `row_id` (uint64, not null): the row's permanent id (default false).
    pub fn with_row_ids(mut self, with: bool) -> Self {
        self.row_ids = with;
        self
    }

    /// Decodes an image column: batches then hold its pixels (see the table of [the crate](crate)). May be called for
    /// several columns; for the same row they draw the same random numbers.
    ///
    /// Decoding changes neither the rows of a batch nor their order.
    pub fn image(self, column: impl Into<String>, spec: ImageSpec) -> Self {
        self.image_with(column, spec, Moving::default())
    }

    /// As [`image`](Self::image), and moves the boxes, polygons, keypoints and masks of other columns along, as [`Moving`]
    /// describes: their coordinates become pixels of the result.
    pub fn image_with(mut self, column: impl Into<String>, spec: ImageSpec, moving: Moving) -> Self {
        self.images.push(ImageColumn { column: column.into(), spec, moving });
        self
    }

    /// Decodes an audio column: batches then hold its samples (see the table of [the crate](crate)). May be called for
    /// several columns; for the same row their random clips begin at the same fraction of the file.
    ///
    /// As with images, neither rows nor their order change.
    pub fn audio(mut self, column: impl Into<String>, spec: AudioSpec) -> Self {
        self.media.push(MediaColumn { column: column.into(), spec: MediaSpec::Audio(spec) });
        self
    }

    /// Decodes clips of a video column: batches then hold their frames (see the table of [the crate](crate)). May be called for
    /// several columns. Needs the `ffmpeg` program; each clip is a process of its own.
    ///
    /// As with images, neither rows nor their order change.
    pub fn video(mut self, column: impl Into<String>, spec: ClipSpec) -> Self {
        self.media.push(MediaColumn { column: column.into(), spec: MediaSpec::Clip(spec) });
        self
    }

    /// The seed of what is random in decoded images, audio and videos, beside the epoch and the row's id. Default: the shuffle's
    /// seed; 0 for a stream in order. A state is resumed with the same one.
    pub fn image_seed(mut self, seed: u64) -> Self {
        self.image_seed = Some(seed);
        self
    }

    /// Keeps the indexes of entry points of JPEGs, by which only the part that an epoch shows of an image is read (default:
    /// none are kept). The first epoch makes them on the way where the data set has none, later ones use them; what was
    /// used is in [`stats`](crate::BatchStream::stats).
    pub fn index_cache(mut self, cache: IndexCache) -> Self {
        self.indexes = Some(cache);
        self
    }

    /// Whether the indexes of entry points that the data set has (`hub push --index`) are used (default true). One that is
    /// damaged, or of another image, is found while it is used, and costs the time that it was to save. One that was forged
    /// for its very image can shift rows or brightness unseen, as whoever can write it can change the image itself:
    /// [`verify`](Self::verify) finds that too.
    pub fn stored_indexes(mut self, using: bool) -> Self {
        self.stored_indexes = using;
        self
    }

    /// Whether of images of 1 MiB and more, that are not on a local disk and have an index of entry points in the data set,
    /// only the rows are fetched that a crop needs (default true). What was saved is in
    /// [`stats`](crate::BatchStream::stats). With a [`cache`](Self::cache), a [`copy_cache`](Self::copy_cache) or
    /// [`verify`](Self::verify), images are fetched whole, since a later epoch crops others, a copy is of the whole, and a part
    /// has no checksum.
    pub fn fetch_parts(mut self, parts: bool) -> Self {
        self.fetch_parts = parts;
        self
    }

    /// When the smaller copies of images that the data set or the [`copy_cache`](Self::copy_cache) has are decoded in place of
    /// the images (default: where they have enough pixels). How many were is in [`stats`](crate::BatchStream::stats).
    pub fn copies(mut self, copies: Copies) -> Self {
        self.copies = copies;
        self
    }

    /// Keeps a smaller copy of each image in a local cache, whose shorter side has `short_side` pixels (16 to 4,096), as a JPEG of
    /// quality 95, the same as one of the data set (default: none are kept). A copy is made when its image is decoded for the
    /// first time, which takes another decode, and decoded in its place in later epochs, where [`copies`](Self::copies) allows
    /// it. Then the image isn't read: on a local disk its pages aren't touched, and from elsewhere it isn't fetched (with a
    /// [`cache`](Self::cache) or [`verify`](Self::verify), if no image of its row group is needed).
    ///
    /// Images that are small enough already, and those that EXIF data may turn, have no copy. What was used and made is in
    /// [`stats`](crate::BatchStream::stats). The cache may be that of [`cache`](Self::cache), whose limit is then that of both.
    pub fn copy_cache(mut self, cache: Cache, short_side: u32) -> Self {
        self.copy_cache = Some(CopyCache { cache, short_side });
        self
    }

    /// The most images that are decoded at the same time (default: the number of cores). All streams of a process share
    /// one pool of as many threads as there are cores; this makes a stream leave some of them to others.
    pub fn decode_threads(mut self, threads: usize) -> Self {
        self.decode_threads = Some(threads);
        self
    }

    /// What happens where an image, an audio file or a video can't be decoded (default: the stream ends with an error).
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// Whether to measure where the time of decoding goes ([`StreamStats::stages`](crate::StreamStats::stages)), which
    /// takes a few percent more (default false).
    pub fn profile(mut self, profile: bool) -> Self {
        self.profile = profile;
        self
    }

    /// Whether the checksum of every row group is checked before it is decoded (default false). A row group that
    /// is fetched whole is always checked; with this, all bytes of a local row group and all columns of a remote
    /// one are read for it. Always on for a data set on a server. With this, indexes of entry points of the data set
    /// are compared with their JPEGs before they are used, which costs most of what they save.
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Whether the pages of mapped files are released from this process's memory as soon as they are checked and
    /// decoded (default false). For programs with many streams that read each batch once; with
    /// [`BatchStream::pages`](crate::BatchStream::pages) they can release what the reading of a batch mapped again.
    pub fn release_pages(mut self, release: bool) -> Self {
        self.release_pages = release;
        self
    }

    /// Continues where a state was taken. Seed, epoch, batch size, lanes and window come from the state (set here
    /// to another value, they are [`Error::State`](crate::Error::State), as are another revision, split or rows, other
    /// transforms of images and another [`on_error`](Self::on_error)); ranks, workers and columns may differ.
    pub fn resume(mut self, state: StreamState) -> Self {
        self.resume = Some(state);
        self
    }
}
