//! From settings to a stream: checks them, finds the rows, lays out the order, applies a state.

use std::pin::Pin;
use std::sync::Arc;

use hub_dataset::store::Scan;
use hub_schema::CommitId;
use tokio::runtime::Handle;

use crate::batches::{BatchStream, Parts};
use crate::builder::{DEFAULT_BATCH_SIZE, DEFAULT_WINDOW_CHUNKS, StreamBuilder, Tail};
use crate::chunks::Selection;
use crate::columns::{Columns, RowIds};
use crate::combined::Combined;
use crate::consumer::Consumer;
use crate::error::{Error, Result};
use crate::load::Loader;
use crate::mixed::{MixedBatches, Rows};
use crate::order::{Order, Rules};
use crate::prefetch::Prefetch;
use crate::share::Share;
use crate::state::{Plan, StreamState};
use crate::stats::Counters;
use crate::{weigh, weights};

/// What a selection is of, as it is named where it differs.
const SELECTION: &str = "selection of split, rows and weights";

impl StreamBuilder {
    /// Builds the stream: reads the manifests and evaluates the filter; no chunk is loaded before the first poll.
    /// Prefetching runs in the tokio runtime that this is called in, and without one this panics.
    ///
    /// # Errors
    /// An unknown column, split or row; a rank that is not below the world size; a state of another stream; a
    /// manifest that can't be read.
    pub async fn build(self) -> Result<BatchStream> {
        self.check_copy_cache()?;
        if self.is_planned() {
            return self.build_planned().await;
        }
        let (mut selection, columns) = self.select().await?;
        let weights = match &self.weights {
            Some(weights) => Some(weigh::read(&self, weights).await?),
            None => None,
        };
        weights.iter().for_each(|weights| selection.weigh(weights));
        let state = self.state(self.snapshot.at().id, &selection.digest, self.consumer().1)?;
        let plan = state.plan;
        if let Some(weights) = weights {
            let counts = weights::draw(&weights, plan.seed.unwrap_or(0), plan.epoch);
            selection.draw(self.snapshot.index().await?, &counts);
        }
        let rules = Rules {
            shuffle: plan.seed.map(|seed| (seed, plan.epoch)),
            batch_size: plan.batch_size,
            lanes: plan.lanes,
            window_chunks: plan.window_chunks,
        };
        let order = Order::new(rules, &selection.rows);
        let (rows, batches) = (order.rows(), order.batches());
        self.check_window(rules, order.largest_window())?;
        let share = |first: u64| self.share(first.min(batches), order.full_batches(), batches);
        let (share, epoch_share) = (share(state.batches_done), share(0).len());
        let counters = Arc::new(Counters::default());
        let sources = vec![self.source(&columns)];
        let decoding = self.decoding(sources, &columns, columns.schema(), &plan, &counters)?;
        let schema = match &decoding {
            Some(decoding) => decoding.work().schema(),
            None => Arc::clone(columns.schema()),
        };
        let pads = self.tail == Tail::Pad;
        let consumer = Consumer::new(order, selection.rows.clone().into(), share, pads);
        let held = self.held_copies(&self, &columns, &plan, 0);
        let (budget, loader) = (self.prefetch_bytes, Loader::of(self, columns, held, Arc::clone(&counters)));
        let ahead = Prefetch::new(loader, selection.into(), budget, Handle::current());
        let mixed = Combined::new(vec![MixedBatches::new(Rows::Ordered(Box::new(consumer)), ahead)], None);
        let (epoch_rows, epoch_batches) = (rows, batches);
        let parts =
            Parts { plan, share, epoch_rows, epoch_batches, epoch_share, schema, mixed, decoding, counters };
        Ok(BatchStream::new(parts))
    }

    /// [`build`](Self::build) as a trait object: a stream that builds another would have an endless type.
    pub(super) fn build_boxed(self) -> Pin<Box<dyn Future<Output = Result<BatchStream>> + Send>> {
        Box::pin(self.build())
    }

    /// Checks the settings, and finds the selected rows and columns.
    pub(super) async fn select(&self) -> Result<(Selection, Columns)> {
        self.check()?;
        if let Some(split) = &self.split {
            let known = self.snapshot.splits();
            if !known.contains(split) {
                return Err(hub_dataset::Error::NoSplit { split: split.clone(), known }.into());
            }
        }
        let fields = self.snapshot.fields(self.columns.as_deref())?;
        let (columns, split) = (self.columns.clone(), self.split.clone());
        let scan = Scan { at: self.snapshot.at().clone(), columns, split };
        self.snapshot.dataset().store().will_read(&scan).await?;
        let index = self.snapshot.index().await?;
        let kept = match &self.filter {
            Some(filter) => Some(filter.positions(&self.snapshot).await?),
            None => None,
        };
        let selection = Selection::new(index, self.split.as_deref(), &self.rows, kept.as_deref())?;
        let derived = self.derived();
        let row_ids = match (self.row_ids, self.decodes()) {
            (true, _) => RowIds::Shown,
            // What is random in an image or clip is drawn from its row's id.
            (false, true) => RowIds::Internal,
            (false, false) => RowIds::Absent,
        };
        Ok((selection, Columns::new(&fields, &derived, self.decode_tensors, row_ids)?))
    }

    /// Checks the sizes, the rank and the worker.
    fn check(&self) -> Result<()> {
        check_sizes([
            ("batch_size", self.batch_size.unwrap_or(1) as u64),
            ("lanes", self.lanes.unwrap_or(1) as u64),
            ("window_chunks", self.window_chunks.unwrap_or(1) as u64),
            ("world_size", self.rank.1 as u64),
            ("workers", self.worker.1 as u64),
            ("decode_threads", self.decode_threads.unwrap_or(1) as u64),
        ])?;
        for (setting, (place, count)) in [("rank", self.rank), ("worker", self.worker)] {
            if place >= count {
                let expected = format!("it counts from 0 and must be below {count}");
                return Err(Error::Setting { setting, found: place as u64, expected });
            }
        }
        Ok(())
    }

    /// The position to start at: that of the state, or the beginning of the epoch. `default_lanes`: of a shuffled stream.
    pub(super) fn state(
        &self,
        revision: CommitId,
        selection: &str,
        default_lanes: u64,
    ) -> Result<StreamState> {
        let Some(state) = &self.resume else {
            let seed = self.seed.flatten();
            let lanes = self.lanes.map(|lanes| lanes as u64);
            let plan = Plan {
                revision,
                selection: selection.to_owned(),
                seed,
                epoch: self.epoch.unwrap_or(0),
                batch_size: self.batch_size.unwrap_or(DEFAULT_BATCH_SIZE) as u64,
                lanes: lanes.unwrap_or(if seed.is_some() { default_lanes } else { 1 }),
                window_chunks: match seed {
                    Some(_) => self.window_chunks.unwrap_or(DEFAULT_WINDOW_CHUNKS) as u64,
                    None => 1,
                },
                images: self.hash_of_images(seed),
                on_error: self.on_error,
            };
            return Ok(StreamState { plan, batches_done: 0 });
        };
        let taken = &state.plan;
        let same = |what, taken: String, here: Option<String>| match here {
            Some(here) if here != taken => Err(Error::State { what, taken, here }),
            _ => Ok(()),
        };
        let seed = |seed: Option<u64>| seed.map_or("none (in order)".to_owned(), |s| s.to_string());
        let number = |n: Option<usize>| n.map(|n| n.to_string());
        same("revision", taken.revision.to_string(), Some(revision.to_string()))?;
        let what = if self.is_planned() { "selection of rows, weights, mix and buckets" } else { SELECTION };
        same(what, taken.selection.clone(), Some(selection.to_owned()))?;
        same("seed", seed(taken.seed), self.seed.map(seed))?;
        same("epoch", taken.epoch.to_string(), self.epoch.map(|e| e.to_string()))?;
        same("batch size", taken.batch_size.to_string(), number(self.batch_size))?;
        same("number of lanes", taken.lanes.to_string(), number(self.lanes))?;
        if taken.seed.is_some() {
            same("window", taken.window_chunks.to_string(), number(self.window_chunks))?;
        }
        let images = |hash: String| if hash.is_empty() { "none (not decoded)".to_owned() } else { hash };
        let here = self.hash_of_images(taken.seed);
        same("transform and seed of images", images(taken.images.clone()), Some(images(here)))?;
        if !taken.images.is_empty() {
            same("on_error", taken.on_error.to_string(), Some(self.on_error.to_string()))?;
        }
        // A state may come from a file that was edited.
        check_sizes([
            ("batch_size", taken.batch_size),
            ("lanes", taken.lanes),
            ("window_chunks", taken.window_chunks),
        ])?;
        Ok(state.clone())
    }

    /// The number of this consumer, and of all.
    pub(super) fn consumer(&self) -> (u64, u64) {
        let (world, workers) = (self.rank.1 as u64, self.worker.1 as u64);
        (self.worker.0 as u64 * world + self.rank.0 as u64, world.saturating_mul(workers))
    }

    /// The batches of this consumer after the first `first` of the epoch, which has `all`, of which `full` are full.
    pub(super) fn share(&self, first: u64, full: u64, all: u64) -> Share {
        let world = self.rank.1 as u64;
        let end = match self.tail {
            Tail::Drop => first + full.saturating_sub(first) / world * world,
            Tail::Pad => first + all.saturating_sub(first).div_ceil(world) * world,
            Tail::Keep => all,
        };
        let (consumer, consumers) = self.consumer();
        Share { first, end, consumer, consumers }
    }

    /// Checks the rows of the largest window.
    pub(super) fn check_window(&self, rules: Rules, rows: u64) -> Result<()> {
        if rules.shuffle.is_none() || rows <= u64::from(u32::MAX) {
            return Ok(());
        }
        let expected =
            format!("a window would hold {rows} rows, the limit is {}; set a smaller window", u32::MAX);
        Err(Error::Setting { setting: "window_chunks", found: rules.window_chunks, expected })
    }
}

fn check_sizes<const N: usize>(settings: [(&'static str, u64); N]) -> Result<()> {
    match settings.into_iter().find(|(_, value)| !(1..=u64::from(u32::MAX)).contains(value)) {
        Some((setting, found)) => {
            let expected = format!("it must be from 1 to {}", u32::MAX);
            Err(Error::Setting { setting, found, expected })
        }
        None => Ok(()),
    }
}
