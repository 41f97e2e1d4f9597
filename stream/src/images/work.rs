//! What all pieces of a stream share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::datatypes::{Schema, SchemaRef};
use hub_dataset::{Snapshot, Store};
use hub_decode::Draw;

use super::columns::ImageColumns;
use super::indexes::Indexes;
use super::settings::{Copies, OnError};
use crate::stats::Counters;

/// How the images of a stream are decoded.
#[derive(Debug)]
pub struct Work {
    pub snapshot: Snapshot,
    pub store: Store,
    pub columns: ImageColumns,
    /// The indexes of entry points, if they are kept.
    pub indexes: Option<Indexes>,
    /// Seed and epoch; the row is that of each image.
    pub draw: Draw,
    pub on_error: OnError,
    pub copies: Copies,
    /// Compare the data set's indexes with the scans before they are used.
    pub verify: bool,
    pub shows_row_ids: bool,
    /// Measure where the time of decoding goes.
    pub profile: bool,
    /// Images that are decoded at the same time.
    pub threads: usize,
    pub counters: Arc<Counters>,
    pub cancelled: AtomicBool,
}

impl Work {
    /// The schema of the batches that are handed out.
    pub fn schema(&self) -> SchemaRef {
        let all = self.columns.schema().fields();
        let shown = self.columns.shown(self.shows_row_ids);
        Arc::new(Schema::new(shown.into_iter().filter_map(|at| all.get(at).cloned()).collect::<Vec<_>>()))
    }

    /// Seed and epoch of a row that has come `again` times before in the epoch: it shows another part each time.
    pub fn draw_again(&self, again: u32) -> Draw {
        let seed = self.draw.seed.wrapping_add(u64::from(again).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Draw { seed, ..self.draw }
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
