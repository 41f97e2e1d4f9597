//! What all pieces of a stream share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::datatypes::{Schema, SchemaRef};
use hub_dataset::{Snapshot, Store};
use hub_decode::Draw;

use super::columns::ImageColumns;
use super::indexes::Indexes;
use super::settings::OnError;
use crate::media::MediaColumns;
use crate::stats::Counters;

/// How the images of a stream are decoded.
#[derive(Debug)]
pub struct Work {
    pub snapshot: Snapshot,
    pub store: Store,
    pub columns: ImageColumns,
    /// Audio and videos.
    pub media: MediaColumns,
    /// The indexes of entry points, if they are kept.
    pub indexes: Option<Indexes>,
    /// Seed and epoch; the row is that of each image.
    pub draw: Draw,
    pub on_error: OnError,
    pub shows_row_ids: bool,
    /// Measure where the time of decoding goes.
    pub profile: bool,
    /// Images that are decoded at the same time.
    pub threads: usize,
    pub counters: Arc<Counters>,
    pub cancelled: AtomicBool,
}

impl Work {
    /// Name and place of a column that is decoded: of images, then of audio and videos.
    pub fn column(&self, number: usize) -> (&str, usize) {
        let images = self.columns.images();
        match (images.get(number), self.media.columns().get(number.wrapping_sub(images.len()))) {
            (Some(image), _) => (&image.name, image.place),
            (None, Some(media)) => (&media.name, media.place),
            (None, None) => ("", 0),
        }
    }

    /// Bytes of the tensors of a batch, as far as they are known beforehand.
    pub fn batch_bytes(&self, rows: usize) -> u64 {
        self.columns.batch_bytes(rows).saturating_add(self.media.batch_bytes(rows))
    }

    /// The schema of the batches that are handed out.
    pub fn schema(&self) -> SchemaRef {
        let all = self.columns.schema();
        if self.shows_row_ids {
            return Arc::clone(all);
        }
        let shown = all.fields().len().saturating_sub(1);
        Arc::new(Schema::new(all.fields()[..shown].to_vec()))
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
