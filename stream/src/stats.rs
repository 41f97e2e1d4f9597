//! What a stream has done, counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use arrow::array::RecordBatch;
use hub_decode::{DctScale, Times, Work};
use hub_schema::RowId;

use crate::media::MediaSpec;
use crate::value_bytes::value_bytes;

/// The most rows that [`StreamStats::failed`] lists.
const LISTED: usize = 1000;

/// What a stream has done since it was built, from [`BatchStream::stats`](crate::BatchStream::stats).
///
/// Images, audio and videos are counted when they are decoded, which is up to a few batches ahead of those that were handed out; the rest
/// is of the batches that were handed out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamStats {
    /// Batches handed out.
    pub batches: u64,
    /// Rows handed out.
    pub samples: u64,
    /// Bytes of their values: of encoded media as they are stored, of decoded ones the pixels or samples.
    pub bytes: u64,
    /// How long the consumer has waited for batches.
    pub waited: Duration,
    /// Images decoded.
    pub images: u64,
    /// Their bytes, encoded.
    pub image_bytes: u64,
    /// Audio files decoded, or clips of them.
    pub audio: u64,
    /// Clips of videos decoded.
    pub video: u64,
    /// CPU time of decoding and transforming, over all threads; without that of `ffmpeg`, another process.
    pub decode_cpu: Duration,
    /// Where the time of decoding went, over all threads; zeros unless
    /// [`profile`](crate::StreamBuilder::profile) is set.
    pub stages: Times,
    /// Images in whose place a smaller copy of the data set was decoded; they are in `images`.
    pub copies: u64,
    /// Images in whose place a smaller copy of the cache was decoded; they are in `images`.
    pub cached_copies: u64,
    /// Images of which a smaller copy was made and kept in the cache.
    pub copies_made: u64,
    /// What was read from the local cache instead of the location: byte ranges of files, and smaller copies.
    pub cache_hits: u64,
    /// Byte ranges of files that the local cache didn't hold.
    pub cache_misses: u64,
    /// JPEGs of which only a region was read, by their index of entry points.
    pub indexed: u64,
    /// Those of them whose index the data set has; the other indexes are those of the cache.
    pub stored_indexes: u64,
    /// JPEGs of which the scan was read from its beginning on.
    pub whole_scans: u64,
    /// JPEGs whose DCT was computed at 1/2, 1/4 or 1/8 of its size; they are in `indexed` or `whole_scans` too.
    pub scaled: u64,
    /// JPEGs whose index of entry points was made on the way, for the next epoch.
    pub indexes_made: u64,
    /// Large JPEGs of which only what their crop needs was fetched from a bucket or server.
    pub fetched_parts: u64,
    /// Bytes of them that were not fetched.
    pub saved_bytes: u64,
    /// JPEGs that were decoded without the index that the data set or the cache had for them, since it wasn't theirs.
    pub indexes_refused: u64,
    /// Rows with an image, audio file or video that couldn't be decoded, replaced or zeroed as [`OnError`](crate::OnError) says.
    pub failed_total: u64,
    /// The first 1,000 of them.
    pub failed: Vec<FailedRow>,
}

/// A row with an image, audio file or video that couldn't be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRow {
    /// The data set of a mix, from 0.
    pub source: u32,
    /// The row's permanent id.
    pub id: RowId,
    /// The column.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// The counters behind the statistics, which threads add to.
#[derive(Debug, Default)]
pub struct Counters {
    batches: AtomicU64,
    samples: AtomicU64,
    bytes: AtomicU64,
    waited_nanos: AtomicU64,
    images: AtomicU64,
    image_bytes: AtomicU64,
    audio: AtomicU64,
    video: AtomicU64,
    copies: AtomicU64,
    cached_copies: AtomicU64,
    copies_made: AtomicU64,
    cached_ranges: AtomicU64,
    cache_misses: AtomicU64,
    decode_nanos: AtomicU64,
    entropy_nanos: AtomicU64,
    pixels_nanos: AtomicU64,
    transform_nanos: AtomicU64,
    indexed: AtomicU64,
    stored_indexes: AtomicU64,
    whole_scans: AtomicU64,
    scaled: AtomicU64,
    indexes_made: AtomicU64,
    fetched_parts: AtomicU64,
    saved_bytes: AtomicU64,
    indexes_refused: AtomicU64,
    failed: Mutex<(u64, Vec<FailedRow>)>,
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Counters {
    /// A batch was handed out.
    pub fn batch(&self, batch: &RecordBatch) {
        add(&self.batches, 1);
        add(&self.samples, batch.num_rows() as u64);
        add(&self.bytes, batch.columns().iter().map(value_bytes).sum());
    }

    /// A byte range was wanted of the cache; `found`: it was there.
    pub fn cache_range(&self, found: bool) {
        add(if found { &self.cached_ranges } else { &self.cache_misses }, 1);
    }

    /// The consumer waited.
    pub fn waited(&self, time: Duration) {
        add(&self.waited_nanos, nanos(time));
    }

    /// A thread decoded.
    pub fn decode(&self, cpu_time: Duration) {
        add(&self.decode_nanos, nanos(cpu_time));
    }

    /// An image was decoded.
    pub fn image(&self, bytes: usize, work: Work) {
        let Work { jpeg, indexed, scale, times } = work;
        add(&self.images, 1);
        add(&self.image_bytes, bytes as u64);
        add(&self.indexed, (jpeg && indexed).into());
        add(&self.whole_scans, (jpeg && !indexed).into());
        add(&self.scaled, (jpeg && scale != DctScale::Full).into());
        add(&self.entropy_nanos, nanos(times.entropy));
        add(&self.pixels_nanos, nanos(times.pixels));
        add(&self.transform_nanos, nanos(times.transform));
    }

    /// Audio or a video was decoded, if there was one in its row.
    pub fn media(&self, spec: &MediaSpec, there: bool) {
        let counter = match spec {
            MediaSpec::Audio(_) => &self.audio,
            MediaSpec::Clip(_) => &self.video,
        };
        add(counter, there.into());
    }

    /// A copy was decoded in place of its image; `cached`: one of the cache.
    pub fn copy(&self, cached: bool) {
        add(if cached { &self.cached_copies } else { &self.copies }, 1);
    }

    /// A copy was made for the cache.
    pub fn copy_made(&self) {
        add(&self.copies_made, 1);
    }

    /// An index of the data set was used; `done`: the image was decoded.
    pub fn stored_index(&self, done: bool) {
        add(&self.stored_indexes, done.into());
    }

    /// A JPEG's index was made; `any`: it can have one.
    pub fn index_made(&self, any: bool) {
        add(&self.indexes_made, any.into());
    }

    /// Of a JPEG all but some bytes were fetched.
    pub fn in_parts(&self, saved_bytes: usize) {
        add(&self.fetched_parts, 1);
        add(&self.saved_bytes, saved_bytes as u64);
    }

    /// An index wasn't that of its JPEG.
    pub fn index_refused(&self) {
        add(&self.indexes_refused, 1);
    }

    /// A row had an image that couldn't be decoded.
    pub fn failed(&self, row: impl FnOnce() -> FailedRow) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.0 += 1;
        if failed.1.len() < LISTED {
            failed.1.push(row());
        }
    }

    /// All of them.
    pub fn stats(&self) -> StreamStats {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let time = |counter: &AtomicU64| Duration::from_nanos(count(counter));
        let (failed_total, failed) = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        StreamStats {
            batches: count(&self.batches),
            samples: count(&self.samples),
            bytes: count(&self.bytes),
            waited: time(&self.waited_nanos),
            images: count(&self.images),
            image_bytes: count(&self.image_bytes),
            audio: count(&self.audio),
            video: count(&self.video),
            decode_cpu: time(&self.decode_nanos),
            stages: Times {
                entropy: time(&self.entropy_nanos),
                pixels: time(&self.pixels_nanos),
                transform: time(&self.transform_nanos),
            },
            copies: count(&self.copies),
            cached_copies: count(&self.cached_copies),
            copies_made: count(&self.copies_made),
            cache_hits: count(&self.cached_ranges) + count(&self.cached_copies),
            cache_misses: count(&self.cache_misses),
            indexed: count(&self.indexed),
            stored_indexes: count(&self.stored_indexes),
            whole_scans: count(&self.whole_scans),
            scaled: count(&self.scaled),
            indexes_made: count(&self.indexes_made),
            fetched_parts: count(&self.fetched_parts),
            saved_bytes: count(&self.saved_bytes),
            indexes_refused: count(&self.indexes_refused),
            failed_total,
            failed,
        }
    }
}
