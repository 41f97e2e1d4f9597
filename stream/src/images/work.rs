//! What all pieces of a stream share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::datatypes::{Schema, SchemaRef};
use hub_dataset::{Snapshot, Store};
use hub_decode::Draw;

use super::columns::ImageColumns;
use super::settings::OnError;
use crate::stats::Counters;

/// How the images of a stream are decoded.
#[derive(Debug)]
pub struct Work {
    pub snapshot: Snapshot,
    pub store: Store,
    pub columns: ImageColumns,
    /// Seed and epoch; the row is that of each image.
    pub draw: Draw,
    pub on_error: OnError,
    pub shows_row_ids: bool,
    /// Images that are decoded at the same time.
    pub threads: usize,
    pub counters: Arc<Counters>,
    pub cancelled: AtomicBool,
}

impl Work {
    /// The schema of the batches that are handed out.
    pub fn schema(&self) -> SchemaRef {
        let all = self.columns.schema();
        if self.shows_row_ids {
            return Arc::clone(all);
        }
        let shown = all.fields().len().saturating_sub(1);
        Arc::new(Schema::new(all.fields()[..shown].to_vec()))
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
