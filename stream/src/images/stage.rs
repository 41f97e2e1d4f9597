//! Batches that are being decoded, in their order.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use arrow::array::RecordBatch;
use tokio::runtime::Handle;

use super::buffers::{self, Part};
use super::failure::Failure;
use super::finish;
use super::piece::Piece;
use super::queue::{Done, Job, Queue};
use super::settings::OnError;
use super::work::{Work, of_row};
use crate::error::{Error, Result};
use crate::media::{self, Values};
use crate::mixed::Mixed;
use crate::pages::Pages;
use crate::problem::Problem;

/// Rows of a piece: a few milliseconds of work, so that a stream that is dropped stops soon, and several streams share the
/// cores evenly.
const PIECE_ROWS: usize = 4;
/// Rows of a piece with videos, whose clips take longer.
const PIECE_CLIPS: usize = 1;
/// Batches that are decoded ahead of the first, if they have many rows …
const AHEAD_BATCHES: usize = 2;
/// … and rows for each thread, if they have few.
const AHEAD_ROWS: usize = 2 * PIECE_ROWS;
/// Where this many rows in a row can't be decoded, no later row is waited for to take their place.
const MOST_FAILED: usize = 4096;

/// A decoded batch.
#[derive(Debug)]
pub struct Decoded {
    pub batch: RecordBatch,
    pub pages: Pages,
    /// Of its pixels.
    pub bytes: u64,
}

/// Decodes batches, a few ahead of the one that is taken next.
#[derive(Debug)]
pub struct DecodeStage {
    work: Arc<Work>,
    runtime: Handle,
    queue: VecDeque<Slot>,
    /// The number of the first batch of the queue.
    first: u64,
    pieces: Queue,
    /// The most bytes of decoded batches beside the first.
    budget_bytes: u64,
    /// Bytes of a batch, as far as is known.
    batch_bytes: u64,
    /// The last row that was decoded, for the case that none comes any more. A batch of one row.
    last_good: Option<RecordBatch>,
}

#[derive(Debug)]
enum Slot {
    Decoding(InFlight),
    Decoded(Decoded),
    /// No row of it could be decoded.
    Hollow {
        rows: usize,
        error: Option<Error>,
    },
    Failed(Error),
}

#[derive(Debug)]
struct InFlight {
    stored: RecordBatch,
    /// The data set of each row, in a mix.
    sources: Option<Arc<[u32]>>,
    pages: Pages,
    /// The parts of each column; `None` while they are being decoded.
    parts: Vec<Vec<Option<Part>>>,
    /// The same of audio and videos.
    media: Vec<Vec<Option<Values>>>,
    /// Pieces that aren't done.
    left: usize,
    failures: Vec<Failure>,
    bytes: u64,
}

impl Drop for DecodeStage {
    fn drop(&mut self) {
        // Pieces that have begun end after the image that they are at.
        self.work.cancelled.store(true, Ordering::Relaxed);
    }
}

impl DecodeStage {
    pub fn new(work: Work, budget_bytes: u64, batch_size: u64, runtime: Handle) -> Self {
        let batch_bytes = work.batch_bytes(usize::try_from(batch_size).unwrap_or(usize::MAX));
        let work = Arc::new(work);
        Self {
            pieces: Queue::new(Arc::clone(&work), runtime.clone()),
            work,
            runtime,
            queue: VecDeque::new(),
            first: 0,
            budget_bytes,
            batch_bytes,
            last_good: None,
        }
    }

    pub fn work(&self) -> &Work {
        &self.work
    }

    #[cfg(test)]
    pub fn weak_work(&self) -> std::sync::Weak<Work> {
        Arc::downgrade(&self.work)
    }

    /// Rows of all batches that were added and not taken.
    #[cfg(test)]
    pub fn rows(&self) -> usize {
        self.queue.iter().map(Slot::rows).sum()
    }

    /// Whether one more batch may be added.
    pub fn has_room(&self) -> bool {
        let Some(front) = self.queue.front() else { return true };
        if let Slot::Hollow { .. } = front {
            // It waits for a row of a later batch.
            return self.queue.iter().all(|slot| matches!(slot, Slot::Hollow { .. }));
        }
        let ahead = self.queue.iter().skip(1);
        let bytes: u64 = ahead.clone().map(Slot::bytes).sum();
        let rows: usize = ahead.map(Slot::rows).sum();
        bytes + self.batch_bytes <= self.budget_bytes
            && (self.queue.len() <= AHEAD_BATCHES || rows < AHEAD_ROWS * self.work.threads)
    }

    /// Ends: writes indexes of row groups that were decoded in part.
    pub fn end(self) {
        for cache in self.work.sources.iter().filter_map(|source| source.indexes.clone()) {
            self.runtime.spawn_blocking(move || cache.save());
        }
    }

    /// Begins to decode a batch.
    pub fn push(&mut self, mixed: Mixed) {
        let Mixed { batch: stored, pages, repetitions, sources } = mixed;
        let repetitions: Option<Arc<[u32]>> = repetitions.map(Into::into);
        let rows = stored.num_rows();
        let images = self.work.columns.images();
        let others = self.work.media.columns();
        let each = if self.work.media.has_clips() { PIECE_CLIPS } else { PIECE_ROWS };
        let mut columns: Vec<_> =
            images.iter().map(|image| buffers::parts(image, rows, each).into_iter()).collect();
        let mut media: Vec<_> =
            others.iter().map(|other| media::parts(other, rows, each).into_iter()).collect();
        let number = self.first + self.queue.len() as u64;
        let starts = (0..rows).step_by(each);
        let pieces = starts.len();
        self.pieces.push(starts.enumerate().map(|(piece, start)| {
            let rows = start..(start + each).min(rows);
            let parts = columns.iter_mut().filter_map(Iterator::next).collect();
            let media = media.iter_mut().filter_map(Iterator::next).collect();
            let (repetitions, sources) = (repetitions.clone(), sources.clone());
            let rows = Piece { batch: stored.clone(), rows, parts, media, repetitions, sources };
            Job { batch: number, piece, rows }
        }));
        let parts = images.iter().map(|_| (0..pieces).map(|_| None).collect()).collect();
        let media = others.iter().map(|_| (0..pieces).map(|_| None).collect()).collect();
        let bytes = self.work.batch_bytes(rows);
        let begun =
            InFlight { stored, sources, pages, parts, media, left: pieces, failures: Vec::new(), bytes };
        self.queue.push_back(Slot::Decoding(begun));
    }

    /// Adds an error in a batch's place.
    pub fn push_error(&mut self, error: Error) {
        self.queue.push_back(Slot::Failed(error));
    }

    /// The first batch, once it is decoded; `None` if there is none. `ended`: no batch will be added.
    pub fn poll_next(&mut self, context: &mut Context<'_>, ended: bool) -> Poll<Result<Option<Decoded>>> {
        loop {
            if self.is_first_known(ended) {
                return Poll::Ready(self.take());
            }
            // Pending also where the first batch waits for batches that were not added yet.
            let done = ready!(self.pieces.poll_done(context)).map_err(Error::Cancelled)?;
            self.done(done);
        }
    }

    /// Puts the parts of a piece into its batch, which may complete it.
    fn done(&mut self, done: Done) {
        let Done { batch, piece, parts, media, failures } = done;
        let slot = (batch - self.first) as usize;
        let Some(slot) = self.queue.get_mut(slot) else { return };
        let Slot::Decoding(flight) = slot else { return };
        for (column, part) in flight.parts.iter_mut().zip(parts) {
            if let Some(place) = column.get_mut(piece) {
                *place = Some(part);
            }
        }
        for (column, values) in flight.media.iter_mut().zip(media) {
            if let Some(place) = column.get_mut(piece) {
                *place = Some(values);
            }
        }
        flight.failures.extend(failures);
        flight.left -= 1;
        if flight.left == 0
            && let Slot::Decoding(flight) = mem::replace(slot, Slot::Hollow { rows: 0, error: None })
        {
            let finished = flight.finish(&self.work).unwrap_or_else(Slot::Failed);
            self.batch_bytes = self.batch_bytes.max(finished.bytes());
            *slot = finished;
        }
    }

    fn is_first_known(&self, ended: bool) -> bool {
        let mut slots = self.queue.iter();
        match slots.find(|slot| !matches!(slot, Slot::Hollow { .. })) {
            Some(Slot::Decoding(_)) => false,
            Some(_) => true,
            None => ended || self.queue.iter().map(Slot::rows).sum::<usize>() >= MOST_FAILED,
        }
    }

    fn take(&mut self) -> Result<Option<Decoded>> {
        let Some(slot) = self.queue.pop_front() else { return Ok(None) };
        self.first += 1;
        let mut decoded = match slot {
            Slot::Decoded(decoded) => decoded,
            Slot::Failed(error) => return Err(error),
            Slot::Hollow { rows, error } => {
                let later = self.queue.iter().find_map(|slot| match slot {
                    Slot::Decoded(decoded) => Some(&decoded.batch),
                    _ => None,
                });
                let batch = match (later.or(self.last_good.as_ref()), error) {
                    (Some(good), _) => finish::take(good, (0..rows).map(|_| 0))?,
                    (None, Some(error)) => return Err(error),
                    (None, None) => return Ok(None),
                };
                Decoded { batch, pages: Pages::default(), bytes: 0 }
            }
            // Not taken before it is known.
            Slot::Decoding(_) => return Ok(None),
        };
        if self.work.on_error == OnError::Skip {
            // A copy, which doesn't keep the batch.
            self.last_good = Some(finish::take(&decoded.batch, std::iter::once(0))?);
        }
        decoded.batch = finish::shown(&self.work, decoded.batch)?;
        Ok(Some(decoded))
    }
}

impl Slot {
    fn bytes(&self) -> u64 {
        match self {
            Self::Decoding(flight) => flight.bytes,
            Self::Decoded(decoded) => decoded.bytes,
            Self::Hollow { .. } | Self::Failed(_) => 0,
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Decoding(flight) => flight.stored.num_rows(),
            Self::Decoded(decoded) => decoded.batch.num_rows(),
            Self::Hollow { rows, .. } => *rows,
            Self::Failed(_) => 0,
        }
    }
}

impl InFlight {
    /// The data set of a row.
    fn source(&self, row: usize) -> u32 {
        of_row(self.sources.as_ref(), row)
    }

    /// What becomes of the batch when all its pieces are done.
    fn finish(mut self, work: &Work) -> Result<Slot> {
        self.failures.sort_by_key(|failure| (failure.row, failure.column));
        let unread = self.failures.iter().position(|failure| matches!(failure.problem, Problem::Store(_)));
        let raised = if work.on_error == OnError::Raise { Some(0) } else { unread };
        if let Some(first) = raised.filter(|first| *first < self.failures.len()) {
            let failure = self.failures.swap_remove(first);
            return Err(finish::error(work, self.source(failure.row), &self.stored, failure));
        }
        let mut failed: Vec<usize> = self.failures.iter().map(|failure| failure.row).collect();
        failed.dedup();
        for row in self.failures.chunk_by(|a, b| a.row == b.row) {
            let source = self.source(row[0].row);
            work.counters.failed(|| finish::failed_row(work, source, &self.stored, &row[0]));
        }
        let rows = self.stored.num_rows();
        if work.on_error == OnError::Skip && failed.len() == rows && rows > 0 {
            let failure = self.failures.swap_remove(0);
            let error = Some(finish::error(work, self.source(failure.row), &self.stored, failure));
            return Ok(Slot::Hollow { rows, error });
        }
        let parts = self.parts.into_iter().map(|parts| parts.into_iter().flatten().collect()).collect();
        let media = self.media.into_iter().map(|parts| parts.into_iter().flatten().collect()).collect();
        let (mut batch, bytes) = finish::batch(work, &self.stored, parts, media)?;
        if work.on_error == OnError::Skip && !failed.is_empty() {
            batch = finish::replaced(&batch, &failed)?;
        }
        Ok(Slot::Decoded(Decoded { batch, pages: self.pages, bytes }))
    }
}
