//! The stream of batches: mixed rows, with their images decoded if that was asked for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::Stream;

use crate::combined::Combined;
use crate::error::Result;
use crate::images::DecodeStage;
use crate::pages::Pages;
use crate::share::Share;
use crate::state::{Plan, StreamState};
use crate::stats::{Counters, StreamStats};

/// A stream of batches, from [`StreamBuilder::build`](crate::StreamBuilder::build).
///
/// It ends after the first error. Prefetching runs in the tokio runtime that it was built in, and begins with the
/// first poll; it may be polled from any task or executor. A batch keeps alive the chunks (on a local disk the
/// memory maps) that its media lie in; decoded images don't.
#[derive(Debug)]
pub struct BatchStream {
    plan: Plan,
    share: Share,
    epoch_rows: u64,
    epoch_batches: u64,
    epoch_share: u64,
    taken: u64,
    schema: SchemaRef,
    mixed: Combined,
    /// All batches were mixed, or one failed.
    mixed_all: bool,
    decoding: Option<DecodeStage>,
    ended: bool,
    /// Where the last batch came from; empty unless pages are released.
    pages: Pages,
    counters: Arc<Counters>,
    /// Since when the consumer waits for the next batch.
    waiting: Option<Instant>,
}

/// What a stream is made of.
pub(super) struct Parts {
    pub plan: Plan,
    pub share: Share,
    pub epoch_rows: u64,
    pub epoch_batches: u64,
    pub epoch_share: u64,
    pub schema: SchemaRef,
    pub mixed: Combined,
    pub decoding: Option<DecodeStage>,
    pub counters: Arc<Counters>,
}

impl BatchStream {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { plan, share, epoch_rows, epoch_batches, epoch_share, schema, mixed, decoding, counters } =
            parts;
        Self {
            plan,
            share,
            epoch_rows,
            epoch_batches,
            epoch_share,
            taken: 0,
            schema,
            mixed,
            mixed_all: false,
            decoding,
            ended: false,
            pages: Pages::default(),
            counters,
            waiting: None,
        }
    }

    /// The Arrow schema of every batch; see the table of [the crate](crate).
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
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

    /// Batches of the whole epoch that are this consumer's, as if it had begun it.
    pub fn epoch_share(&self) -> u64 {
        self.epoch_share
    }

    /// Batches that this consumer has still to get; 0 after the end or an error.
    pub fn batches_left(&self) -> u64 {
        if self.ended { 0 } else { self.share.len() - self.taken }
    }

    /// What the stream has done until now.
    pub fn stats(&self) -> StreamStats {
        self.counters.stats()
    }

    /// The mapped row groups of the last batch; empty unless
    /// [`release_pages`](crate::StreamBuilder::release_pages) is set.
    pub fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Bytes that are loaded or under way for later batches.
    #[cfg(test)]
    pub(crate) fn ahead_bytes(&self) -> u64 {
        self.mixed.prefetches().map(crate::prefetch::Prefetch::bytes).sum()
    }

    /// What the decoding threads share; nothing once they and the stream are done.
    #[cfg(test)]
    pub(crate) fn decode_work(&self) -> Option<std::sync::Weak<crate::images::Work>> {
        self.decoding.as_ref().map(DecodeStage::weak_work)
    }

    /// Rows that are decoded or being decoded for later batches and the next one.
    #[cfg(test)]
    pub(crate) fn decoding_rows(&self) -> usize {
        self.decoding.as_ref().map_or(0, DecodeStage::rows)
    }

    fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<RecordBatch>>> {
        let Some(decoding) = &mut self.decoding else {
            let mixed = ready!(self.mixed.poll_next(context))?;
            return Poll::Ready(Ok(mixed.map(|mixed| {
                self.pages = mixed.pages;
                mixed.batch
            })));
        };
        loop {
            let waits = add(decoding, &mut self.mixed, &mut self.mixed_all, context);
            match decoding.poll_next(context, self.mixed_all) {
                Poll::Ready(decoded) => {
                    // While the caller works on this batch, the next ones are decoded.
                    add(decoding, &mut self.mixed, &mut self.mixed_all, context);
                    return Poll::Ready(decoded.map(|decoded| {
                        decoded.map(|decoded| {
                            self.pages = decoded.pages;
                            decoded.batch
                        })
                    }));
                }
                Poll::Pending if waits || self.mixed_all || !decoding.has_room() => return Poll::Pending,
                Poll::Pending => {}
            }
        }
    }
}

/// Adds batches to those that are decoded, as many as there is room for. Whether it waits for the next one.
fn add(decoding: &mut DecodeStage, mixed: &mut Combined, all: &mut bool, context: &mut Context<'_>) -> bool {
    while !*all && decoding.has_room() {
        match mixed.poll_next(context) {
            Poll::Pending => return true,
            Poll::Ready(Ok(Some(batch))) => decoding.push(batch),
            Poll::Ready(Ok(None)) => *all = true,
            Poll::Ready(Err(error)) => {
                // It comes after the batches before it.
                decoding.push_error(error);
                *all = true;
            }
        }
    }
    false
}

impl Stream for BatchStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let begun = *self.waiting.get_or_insert_with(Instant::now);
        let next = ready!(self.poll_batch(context)).transpose();
        self.waiting = None;
        self.counters.waited(begun.elapsed());
        match &next {
            Some(Ok(batch)) => {
                self.taken += 1;
                self.counters.batch(batch);
            }
            _ => {
                self.ended = true;
                self.mixed.stop();
                if let Some(decoding) = self.decoding.take() {
                    decoding.end();
                }
            }
        }
        Poll::Ready(next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.batches_left()).unwrap_or(usize::MAX);
        (0, Some(left))
    }
}
