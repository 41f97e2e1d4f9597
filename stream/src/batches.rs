//! The stream of batches: plans, reads ahead, mixes.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::Stream;

use crate::consumer::{Consumer, Pick, Share};
use crate::error::{Error, Result};
use crate::mix::Mix;
use crate::pages::Pages;
use crate::prefetch::Prefetch;
use crate::state::{Plan, StreamState};

/// The most rows whose batches are planned before they are needed.
const PLANNED_ROWS: usize = 1 << 20;

/// A stream of batches, from [`StreamBuilder::build`](crate::StreamBuilder::build).
///
/// It ends after the first error. Prefetching runs in the tokio runtime that it was built in, and begins with the
/// first poll; it may be polled from any task or executor. A batch keeps alive the chunks (on a local disk the
/// memory maps) that its media lie in.
#[derive(Debug)]
pub struct BatchStream {
    plan: Plan,
    share: Share,
    epoch_rows: u64,
    epoch_batches: u64,
    taken: u64,
    consumer: Consumer,
    ahead: Prefetch,
    planned: VecDeque<Planned>,
    planned_rows: usize,
    planned_all: bool,
    ended: bool,
    /// Where the last batch came from; empty unless pages are released.
    pages: Pages,
}

/// A batch that was planned and not returned yet.
#[derive(Debug)]
struct Planned {
    picks: Vec<Pick>,
    /// Its chunks, each with its number of rows.
    chunks: Vec<(u32, usize)>,
}

impl Planned {
    fn new(picks: Vec<Pick>) -> Self {
        let mut all: Vec<u32> = picks.iter().map(|p| p.chunk).collect();
        all.sort_unstable();
        let chunks = all.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
        Self { picks, chunks }
    }
}

impl BatchStream {
    pub(super) fn new(
        plan: Plan,
        share: Share,
        sizes: (u64, u64),
        consumer: Consumer,
        ahead: Prefetch,
    ) -> Self {
        Self {
            plan,
            share,
            epoch_rows: sizes.0,
            epoch_batches: sizes.1,
            taken: 0,
            consumer,
            ahead,
            planned: VecDeque::new(),
            planned_rows: 0,
            planned_all: false,
            ended: false,
            pages: Pages::default(),
        }
    }

    /// The Arrow schema of every batch; see the table of [the crate](crate).
    pub fn schema(&self) -> &SchemaRef {
        self.ahead.loader().columns.schema()
    }

    /// The position of the stream after the batches that were taken from it (prefetched ones not counted).
    pub fn state(&self) -> StreamState {
        let done = self.share.first.saturating_add(self.taken.saturating_mul(self.share.consumers));
        StreamState { plan: self.plan.clone(), batches_done: done.min(self.epoch_batches) }
    }

    /// Rows of the whole epoch, over all consumers.
    pub fn epoch_rows(&self) -> u64 {
        self.epoch_rows
    }

    /// Batches of the whole epoch, over all consumers.
    pub fn epoch_batches(&self) -> u64 {
        self.epoch_batches
    }

    /// Batches that this consumer has still to get; 0 after the end or an error.
    pub fn batches_left(&self) -> u64 {
        if self.ended { 0 } else { self.share.len() - self.taken }
    }

    /// The mapped row groups of the last batch; empty unless
    /// [`release_pages`](crate::StreamBuilder::release_pages) is set.
    pub fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Bytes that are loaded or under way for later batches.
    #[cfg(test)]
    pub(crate) fn ahead_bytes(&self) -> u64 {
        self.ahead.bytes()
    }

    fn read_ahead(&mut self) {
        loop {
            if !self.ahead.begin() && !self.planned.is_empty() {
                return;
            }
            if self.planned_all || (self.planned_rows >= PLANNED_ROWS && self.planned.len() > 1) {
                return;
            }
            let mut needs = Vec::new();
            match self.consumer.next(&mut needs) {
                Some(picks) => {
                    self.ahead.want(needs);
                    self.planned_rows += picks.len();
                    self.planned.push_back(Planned::new(picks));
                }
                None => self.planned_all = true,
            }
        }
    }

    /// Waits for the chunks of the next batch; false at the end of the stream.
    fn poll_front(&mut self, context: &mut Context<'_>) -> Poll<Result<bool>> {
        loop {
            self.read_ahead();
            let Some(front) = self.planned.front() else { return Poll::Ready(Ok(false)) };
            let Some(chunk) = self.ahead.front(front.chunks.iter().map(|c| c.0))? else {
                return Poll::Ready(Ok(true));
            };
            if !ready!(self.ahead.poll(context))? {
                return Poll::Ready(Err(Error::Stalled { chunk }));
            }
        }
    }

    fn take(&mut self) -> Result<Option<RecordBatch>> {
        let Some(front) = self.planned.pop_front() else { return Ok(None) };
        self.planned_rows -= front.picks.len();
        let mut mix = Mix::default();
        for pick in &front.picks {
            let columns = self.ahead.columns(pick.chunk);
            let row = self.ahead.locate(pick.chunk, pick.row);
            let (Some(columns), Some(row)) = (columns, row) else {
                return Err(Error::Stalled { chunk: pick.chunk });
            };
            mix.add(pick.chunk, row, || columns.clone());
        }
        let columns = &self.ahead.loader().columns;
        let batch = columns.batch(mix.columns(columns)?, front.picks.len())?;
        if self.ahead.loader().release_pages {
            self.pages = front.chunks.iter().filter_map(|(chunk, _)| self.ahead.row_group(*chunk)).collect();
        }
        for (chunk, rows) in front.chunks {
            self.ahead.taken(chunk, rows);
        }
        self.taken += 1;
        Ok(Some(batch))
    }

    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<RecordBatch>>> {
        if !ready!(self.poll_front(context))? {
            return Poll::Ready(Ok(None));
        }
        let batch = self.take()?;
        // While the caller works on this batch, the next ones are on their way.
        self.read_ahead();
        Poll::Ready(Ok(batch))
    }
}

impl Stream for BatchStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let next = ready!(self.poll_batch(context)).transpose();
        if !matches!(next, Some(Ok(_))) {
            self.ended = true;
            self.ahead.stop();
        }
        Poll::Ready(next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.batches_left()).unwrap_or(usize::MAX);
        (0, Some(left))
    }
}
