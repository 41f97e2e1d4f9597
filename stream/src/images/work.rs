//! What all pieces of a stream share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::datatypes::{Schema, SchemaRef};
use hub_dataset::{Snapshot, Store};
use hub_decode::Draw;
use hub_schema::{ContentHash, FieldId, Fragment, RowId};

use super::cached::{CachedCopy, CopyCache};
use super::columns::ImageColumns;
use super::settings::{Copies, OnError};
use crate::cache::IndexCache;
use crate::media::MediaColumns;
use crate::stats::Counters;

/// How the images of a stream are decoded.
#[derive(Debug)]
pub struct Work {
    /// Where rows come from: one data set, or those of a mix.
    pub sources: Vec<Source>,
    pub columns: ImageColumns,
    /// Audio and videos.
    pub media: MediaColumns,
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

/// A data set that images come from.
#[derive(Debug)]
pub struct Source {
    pub snapshot: Snapshot,
    pub store: Store,
    /// The image columns that are decoded.
    pub fields: Vec<FieldId>,
    /// Where indexes of entry points are kept, if they are.
    pub indexes: Option<IndexCache>,
    /// Where smaller copies are kept, if they are.
    pub copies: Option<CopyCache>,
}

impl Source {
    /// Where the image of a row is: the column, the fragment, its data file, and the row counted from the fragment's first.
    pub fn find(&self, column: usize, id: u64) -> Option<(FieldId, &Fragment, ContentHash, u32)> {
        let field = *self.fields.get(column)?;
        let index = self.snapshot.known_index()?;
        let place = index.of_row(RowId::from_raw(id))?;
        let fragment = index.fragments().get(place.fragment)?;
        Some((field, fragment, fragment.file_of(field)?.hash, place.offset))
    }

    /// The smaller copy of a row's image, if such copies are kept.
    pub fn cached_copy(&self, column: usize, id: u64) -> Option<CachedCopy> {
        let (field, _, file, row) = self.find(column, id)?;
        Some(self.copies.as_ref()?.copy(file, field, row))
    }
}

/// As [`Work::draw_again`].
pub fn draw_again(draw: Draw, source: u32, again: u32) -> Draw {
    let key = u64::from(source) << 32 | u64::from(again);
    let seed = draw.seed.wrapping_add(key.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    Draw { seed, ..draw }
}

/// The value of a row of a batch; 0 where there are none.
pub fn of_row(values: Option<&Arc<[u32]>>, row: usize) -> u32 {
    values.and_then(|values| values.get(row)).copied().unwrap_or(0)
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
        let all = self.columns.schema().fields();
        let shown = self.columns.shown(self.shows_row_ids);
        Arc::new(Schema::new(shown.into_iter().filter_map(|at| all.get(at).cloned()).collect::<Vec<_>>()))
    }

    /// Seed and epoch of a row that has come `again` times before in the epoch: it shows another part each time. Rows of
    /// different data sets of a mix with the same id show different parts, too.
    pub fn draw_again(&self, source: u32, again: u32) -> Draw {
        draw_again(self.draw, source, again)
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
