//! Batches as they are stored: planned, read ahead, mixed.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow::array::RecordBatch;

use crate::consumer::Consumer;
use crate::error::{Error, Result};
use crate::mix::Mix;
use crate::pages::Pages;
use crate::prefetch::Prefetch;
use crate::share::{Need, Pick};
use crate::walk::Walk;

/// The most rows whose batches are planned before they are needed.
const PLANNED_ROWS: usize = 1 << 20;

/// The batches of a consumer, media as they are stored. It ends after the first error.
#[derive(Debug)]
pub struct MixedBatches {
    rows: Rows,
    ahead: Prefetch,
    planned: VecDeque<Planned>,
    planned_rows: usize,
    planned_all: bool,
}

/// A batch, and where its rows came from.
#[derive(Debug)]
pub struct Mixed {
    pub batch: RecordBatch,
    /// Empty unless pages are released.
    pub pages: Pages,
    /// How often each row has come before, if any has.
    pub repetitions: Option<Vec<u32>>,
    /// The data set of each row, in a mix.
    pub sources: Option<Arc<[u32]>>,
}

/// Which rows the batches have.
#[derive(Debug)]
pub enum Rows {
    /// Those of the order, found as they are needed.
    Ordered(Box<Consumer>),
    /// Those of a plan.
    Planned(Walk),
}

impl Rows {
    fn next(&mut self, needs: &mut Vec<Need>) -> Option<Vec<Pick>> {
        match self {
            Self::Ordered(consumer) => consumer.next(needs),
            Self::Planned(walk) => walk.next(needs),
        }
    }
}

/// Passes count as this many repetitions of rows in a pass.
const PASS: u32 = 1 << 16;

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

impl MixedBatches {
    pub fn new(rows: Rows, ahead: Prefetch) -> Self {
        Self { rows, ahead, planned: VecDeque::new(), planned_rows: 0, planned_all: false }
    }

    /// What it reads.
    #[cfg(test)]
    pub fn prefetch(&self) -> &Prefetch {
        &self.ahead
    }

    /// Stops all that is under way.
    pub fn stop(&mut self) {
        self.ahead.stop();
        self.planned.clear();
        self.planned_all = true;
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
            match self.rows.next(&mut needs) {
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

    fn take(&mut self) -> Result<Option<Mixed>> {
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
        let pages = match self.ahead.loader().release_pages {
            true => front.chunks.iter().filter_map(|(chunk, _)| self.ahead.row_group(*chunk)).collect(),
            false => Pages::default(),
        };
        let repetition = |pick: &Pick| {
            self.ahead.repetition(pick.chunk, pick.row).saturating_add(pick.pass.saturating_mul(PASS))
        };
        let repetitions: Vec<u32> = front.picks.iter().map(repetition).collect();
        let repetitions = repetitions.iter().any(|count| *count > 0).then_some(repetitions);
        for (chunk, rows) in front.chunks {
            self.ahead.taken(chunk, rows);
        }
        Ok(Some(Mixed { batch, pages, repetitions, sources: None }))
    }

    /// The next batch.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Mixed>>> {
        if !ready!(self.poll_front(context))? {
            return Poll::Ready(Ok(None));
        }
        let batch = self.take()?;
        // While the caller works on this batch, the next ones are on their way.
        self.read_ahead();
        Poll::Ready(Ok(batch))
    }
}
