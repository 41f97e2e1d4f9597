//! Prefetching: which chunks are loaded, are being loaded, and may be loaded next.
//!
//! In come the chunks that batches will need, in that order; out come their columns. One rule bounds memory:
//! the chunks that the next batch needs are loaded whatever they take (without them the stream would stall), and
//! all that is loaded or being loaded for later batches takes at most the prefetch budget. A chunk is dropped when
//! its last row is in a batch; how many rows a consumer needs of each is known beforehand.
//!
//! Chunks are begun strictly in the order of need, so a small budget can't be filled by chunks that are needed
//! later than one that waits.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow::array::ArrayRef;
use hub_dataset::FragmentReader;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::chunks::Selection;
use crate::error::{Error, Result};
use crate::load::{Job, Loader};
use crate::share::{Need, NeededRows};

/// The most chunks that are loaded before a batch needs them.
const PREFETCH_CHUNKS: usize = 64;
/// The most chunks that are being loaded at a time, from a local disk and from elsewhere.
const LOADING: (usize, usize) = (4, 32);
/// The most fragments that are being opened at a time.
const OPENING: usize = 16;
/// Only the pages of the needed rows are read where a consumer needs at most one row in this many of a chunk …
const SPARSE: usize = 4;
/// … and in this many where there is a cache, since the chunk's other consumers then read the whole chunk from it.
const SPARSE_CACHED: usize = 32;

/// What is loaded, and what is being loaded.
#[derive(Debug)]
pub struct Prefetch {
    loader: Arc<Loader>,
    selection: Arc<Selection>,
    runtime: Handle,
    budget_bytes: u64,
    chunks: HashMap<u32, Slot>,
    /// Chunks whose loading hasn't begun, in the order of need.
    wanted: VecDeque<u32>,
    fragments: HashMap<u32, Opened>,
    running: JoinSet<Event>,
    opening: usize,
    loading: usize,
    loading_most: usize,
    /// Chunks that no batch at the front needs yet, begun or loaded.
    ahead_chunks: usize,
    ahead_bytes: u64,
}

#[derive(Debug)]
struct Slot {
    needed: NeededRows,
    /// Rows that are still to be taken.
    left: usize,
    /// Bytes that count as ahead.
    ahead_bytes: Option<u64>,
    rows: Rows,
    state: State,
}

#[derive(Debug)]
enum State {
    Wanted,
    Loading,
    Loaded(Vec<ArrayRef>),
    Failed(Option<Error>),
}

/// Where a wanted row of a chunk is among the rows that were read.
#[derive(Debug)]
enum Rows {
    /// Wanted row `i` is row `i` of those read.
    Same,
    /// Wanted row `i` is row `places[i]` of those read.
    At(Vec<u32>),
    /// Wanted row `i` is the row of those read at whose place `i` is found here.
    Search(Vec<u32>),
    /// Wanted row `i` is found in the first list, and the second has at its place the row of those read.
    Found(Vec<u32>, Vec<u32>),
}

#[derive(Debug, Default)]
struct Opened {
    reader: Option<Arc<FragmentReader>>,
    opening: bool,
    failed: Option<Error>,
    /// Chunks that are not taken yet.
    users: usize,
}

enum Event {
    Opened(u32, Result<FragmentReader>),
    Loaded(u32, Result<Vec<ArrayRef>>),
}

impl Prefetch {
    pub fn new(loader: Loader, selection: Arc<Selection>, budget_bytes: u64, runtime: Handle) -> Self {
        let local = loader.is_local();
        Self {
            loader: Arc::new(loader),
            selection,
            runtime,
            budget_bytes,
            chunks: HashMap::new(),
            wanted: VecDeque::new(),
            fragments: HashMap::new(),
            running: JoinSet::new(),
            opening: 0,
            loading: 0,
            loading_most: if local { LOADING.0 } else { LOADING.1 },
            ahead_chunks: 0,
            ahead_bytes: 0,
        }
    }

    pub fn loader(&self) -> &Loader {
        &self.loader
    }

    /// Bytes that are loaded or under way for later batches.
    #[cfg(test)]
    pub fn bytes(&self) -> u64 {
        self.ahead_bytes
    }

    /// Adds chunks that will be needed, after all that were added before.
    pub fn want(&mut self, needs: Vec<Need>) {
        for need in needs {
            let fragment = self.selection.chunk(need.chunk).fragment;
            self.fragments.entry(fragment).or_default().users += 1;
            let slot = Slot {
                needed: need.rows,
                left: need.uses,
                ahead_bytes: None,
                rows: Rows::Same,
                state: State::Wanted,
            };
            self.chunks.insert(need.chunk, slot);
            self.wanted.push_back(need.chunk);
        }
    }

    /// Begins to load what the limits allow; true if they allow more than is known to be needed.
    pub fn begin(&mut self) -> bool {
        while let Some(&chunk) = self.wanted.front() {
            let wanted = self.chunks.get(&chunk).is_some_and(|s| matches!(s.state, State::Wanted));
            if wanted {
                if self.ahead_chunks >= PREFETCH_CHUNKS || self.loading >= self.loading_most {
                    return false;
                }
                let Some((job, rows, reader)) = self.job(chunk) else {
                    self.open_next();
                    return false;
                };
                let bytes = self.loader.size_bytes(&reader, &job);
                if self.ahead_bytes + bytes > self.budget_bytes {
                    return false;
                }
                self.ahead_bytes += bytes;
                self.ahead_chunks += 1;
                self.load(chunk, job, rows, reader, Some(bytes));
            }
            self.wanted.pop_front();
        }
        self.ahead_chunks < PREFETCH_CHUNKS && self.ahead_bytes < self.budget_bytes
    }

    /// Begins the chunks of the next batch, which no longer count against the budget. Returns the first that is
    /// not loaded.
    ///
    /// # Errors
    /// What went wrong with one of them. A failure is kept until a batch needs the chunk, so that it always
    /// comes after the same batches.
    pub fn front(&mut self, chunks: impl Iterator<Item = u32>) -> Result<Option<u32>> {
        let mut missing = None;
        for chunk in chunks {
            let Some(slot) = self.chunks.get_mut(&chunk) else { continue };
            let opened = self.fragments.get_mut(&self.selection.chunk(chunk).fragment);
            if let Some(error) = opened.and_then(|opened| opened.failed.take()) {
                return Err(error);
            }
            if let Some(bytes) = slot.ahead_bytes.take() {
                self.ahead_bytes -= bytes;
                self.ahead_chunks -= 1;
            }
            match &mut slot.state {
                State::Loaded(_) => continue,
                State::Failed(error) => return Err(error.take().unwrap_or(Error::Stalled { chunk })),
                State::Loading => {}
                State::Wanted => match self.job(chunk) {
                    Some((job, rows, reader)) => self.load(chunk, job, rows, reader, None),
                    None => self.open(self.selection.chunk(chunk).fragment),
                },
            }
            missing = missing.or(Some(chunk));
        }
        Ok(missing)
    }

    /// Waits until something was loaded or opened, or failed to; false if nothing is under way.
    ///
    /// # Errors
    /// The runtime was shut down.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<bool>> {
        let event = match ready!(self.running.poll_join_next(context)) {
            None => return Poll::Ready(Ok(false)),
            Some(event) => event.map_err(Error::Cancelled)?,
        };
        match event {
            Event::Opened(fragment, reader) => {
                self.opening -= 1;
                if let Some(opened) = self.fragments.get_mut(&fragment) {
                    match reader {
                        Ok(reader) => opened.reader = Some(Arc::new(reader)),
                        Err(error) => opened.failed = Some(error),
                    }
                }
            }
            Event::Loaded(chunk, columns) => {
                self.loading -= 1;
                if let Some(slot) = self.chunks.get_mut(&chunk) {
                    slot.state = match columns {
                        Ok(columns) => State::Loaded(columns),
                        Err(error) => State::Failed(Some(error)),
                    };
                }
            }
        }
        Poll::Ready(Ok(true))
    }

    /// The place of a wanted row among the rows that were read of a loaded chunk.
    pub fn locate(&self, chunk: u32, row: u32) -> Option<usize> {
        let slot = self.chunks.get(&chunk)?;
        match &slot.rows {
            Rows::Same => Some(row as usize),
            Rows::At(places) => places.get(row as usize).map(|place| *place as usize),
            Rows::Search(rows) => rows.binary_search(&row).ok(),
            Rows::Found(rows, places) => {
                places.get(rows.binary_search(&row).ok()?).map(|place| *place as usize)
            }
        }
    }

    /// How often a wanted row of a chunk has come before, where rows have weights.
    pub fn repetition(&self, chunk: u32, row: u32) -> u32 {
        self.selection.repetition(chunk, row)
    }

    /// The columns of a loaded chunk.
    pub fn columns(&self, chunk: u32) -> Option<&Vec<ArrayRef>> {
        match &self.chunks.get(&chunk)?.state {
            State::Loaded(columns) => Some(columns),
            _ => None,
        }
    }

    /// The row group of a chunk, where it is open.
    pub fn row_group(&self, chunk: u32) -> Option<(Arc<FragmentReader>, usize)> {
        let place = self.selection.chunk(chunk);
        let reader = self.fragments.get(&place.fragment)?.reader.as_ref()?;
        Some((Arc::clone(reader), place.row_group as usize))
    }

    /// Records that rows of a chunk are in a batch; the chunk is dropped with its last row.
    pub fn taken(&mut self, chunk: u32, rows: usize) {
        let Some(slot) = self.chunks.get_mut(&chunk) else { return };
        slot.left = slot.left.saturating_sub(rows);
        if slot.left > 0 {
            return;
        }
        self.chunks.remove(&chunk);
        let fragment = self.selection.chunk(chunk).fragment;
        if let Some(opened) = self.fragments.get_mut(&fragment) {
            opened.users -= 1;
            if opened.users == 0 {
                self.fragments.remove(&fragment);
            }
        }
    }

    /// Stops all that is under way.
    pub fn stop(&mut self) {
        self.running.abort_all();
        self.chunks.clear();
        self.wanted.clear();
        self.fragments.clear();
    }

    /// Opens the fragments of the next wanted chunks.
    fn open_next(&mut self) {
        let fragments: Vec<u32> = self
            .wanted
            .iter()
            .take(PREFETCH_CHUNKS)
            .map(|chunk| self.selection.chunk(*chunk).fragment)
            .collect();
        for fragment in fragments {
            if self.opening >= OPENING {
                return;
            }
            self.open(fragment);
        }
    }

    fn open(&mut self, fragment: u32) {
        let Some(opened) = self.fragments.get_mut(&fragment) else { return };
        if opened.opening || opened.reader.is_some() {
            return;
        }
        opened.opening = true;
        self.opening += 1;
        let loader = Arc::clone(&self.loader);
        let open = async move { Event::Opened(fragment, loader.open(fragment as usize).await) };
        self.running.spawn_on(open, &self.runtime);
    }

    /// What to read of a chunk, if its fragment is open.
    fn job(&self, chunk: u32) -> Option<(Job, Rows, Arc<FragmentReader>)> {
        let place = self.selection.chunk(chunk);
        let reader = Arc::clone(self.fragments.get(&place.fragment)?.reader.as_ref()?);
        let slot = self.chunks.get(&chunk)?;
        let coming = self.selection.coming(chunk, reader.fragment());
        let sparse = if self.loader.cache.is_some() { SPARSE_CACHED } else { SPARSE };
        if slot.left * sparse > place.rows as usize {
            let whole = Job { chunk: place, only: None };
            let Some(coming) = coming else { return Some((whole, Rows::Same, reader)) };
            // No other consumer reads the rows that a filter left out either.
            let (only, places) = distinct(&coming);
            let wanted = Job { chunk: place, only: Some(only) };
            return Some(match self.loader.saves(&reader, &wanted) {
                true => (wanted, places.map_or(Rows::Same, Rows::At), reader),
                false => (whole, Rows::At(coming), reader),
            });
        }
        let (only, rows) = match (&slot.needed, coming) {
            (NeededRows::All(rows), None) => ((0..*rows).collect(), Rows::Same),
            (NeededRows::All(_), Some(coming)) => {
                let (only, places) = distinct(&coming);
                (only, places.map_or(Rows::Same, Rows::At))
            }
            (NeededRows::Some(rows), None) => (rows.clone(), Rows::Search(rows.clone())),
            (NeededRows::Some(rows), Some(coming)) => {
                let of = |row: &u32| coming.get(*row as usize).copied();
                let (only, places) = distinct(&rows.iter().filter_map(of).collect::<Vec<_>>());
                let rows = rows.clone();
                (only, places.map_or(Rows::Search(rows.clone()), |places| Rows::Found(rows, places)))
            }
        };
        Some((Job { chunk: place, only: Some(only) }, rows, reader))
    }

    fn load(&mut self, chunk: u32, job: Job, rows: Rows, reader: Arc<FragmentReader>, ahead: Option<u64>) {
        let Some(slot) = self.chunks.get_mut(&chunk) else { return };
        slot.rows = rows;
        slot.state = State::Loading;
        slot.ahead_bytes = ahead;
        self.loading += 1;
        let loader = Arc::clone(&self.loader);
        let load = async move { Event::Loaded(chunk, loader.load(reader, job).await) };
        self.running.spawn_on(load, &self.runtime);
    }
}

/// Rising rows without repeats, and the place of each among them; none if there were no repeats.
fn distinct(rows: &[u32]) -> (Vec<u32>, Option<Vec<u32>>) {
    let mut only: Vec<u32> = Vec::with_capacity(rows.len());
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        if only.last() != Some(row) {
            only.push(*row);
        }
        places.push(only.len() as u32 - 1);
    }
    let repeats = only.len() < rows.len();
    (only, repeats.then_some(places))
}
