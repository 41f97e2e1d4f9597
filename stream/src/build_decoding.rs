//! From settings to what decodes the images, audio and videos of a stream.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::available_parallelism;

use arrow::datatypes::SchemaRef;
use hub_decode::{Draw, Transform};
use hub_schema::{DerivedKind, Field};
use tokio::runtime::Handle;

use crate::builder::StreamBuilder;
use crate::columns::Columns;
use crate::error::{Error, Result};
use crate::images::{
    Copies, CopyCache, DecodeStage, HeldCopies, ImageColumn, ImageColumns, Source, Work, draw_again,
    entry_points,
};
use crate::large::InParts;
use crate::media::MediaColumns;
use crate::planning::Bucket;
use crate::state::Plan;
use crate::stats::Counters;

/// The shorter sides of copies that a cache may keep, in pixels.
const COPY_SIDES: RangeInclusive<u32> = 16..=4096;

impl StreamBuilder {
    /// Whether any column is decoded.
    pub(super) fn decodes(&self) -> bool {
        !self.images.is_empty() || !self.media.is_empty()
    }

    /// Where images come from, of a data set's columns.
    pub(super) fn source(&self, columns: &Columns) -> Source {
        let fields = columns.fields();
        let of = |image: &ImageColumn| {
            fields.iter().find(|field| field.name == image.column).map(|field| field.id)
        };
        Source {
            store: self.snapshot.dataset().store().clone(),
            snapshot: self.snapshot.clone(),
            fields: self.images.iter().filter_map(of).collect(),
            indexes: self.indexes.clone(),
            copies: self.copy_cache.clone(),
        }
    }

    /// Where the images of a data set, `part` with the place `source` among those of the stream, needn't be read.
    pub(super) fn held_copies(
        &self,
        part: &Self,
        columns: &Columns,
        plan: &Plan,
        source: u32,
    ) -> Vec<HeldCopies> {
        let is_local = part.snapshot.dataset().store().directory().is_some();
        let Some(cache) = part.copy_cache.as_ref().filter(|_| !is_local) else { return Vec::new() };
        let draw = Draw { seed: self.seed_of_images(plan.seed), epoch: plan.epoch, row: 0 };
        let fields = columns.fields();
        let held = |image: &ImageColumn| {
            Some(HeldCopies {
                image: fields.iter().position(|field| field.name == image.column)?,
                copies: self.copies,
                cache: cache.clone(),
                spec: image.spec.clone(),
                draw: draw_again(draw, source, 0),
            })
        };
        self.images.iter().filter(|image| self.may_use_copies(image)).filter_map(held).collect()
    }

    fn may_use_copies(&self, image: &ImageColumn) -> bool {
        self.copies.may_replace(&image.spec, !image.moving.columns.is_empty())
    }

    /// Checks that copies of the cache can be used, if some are to be kept.
    pub(super) fn check_copy_cache(&self) -> Result<()> {
        let of_parts = self.mix.iter().flat_map(|mix| &mix.parts);
        let kept = of_parts.chain([self]).find_map(|part| part.copy_cache.as_ref());
        let Some(CopyCache { short_side, .. }) = kept else { return Ok(()) };
        if !COPY_SIDES.contains(short_side) {
            let expected = format!(
                "copies have a shorter side of {} to {} pixels",
                COPY_SIDES.start(),
                COPY_SIDES.end()
            );
            return Err(Error::Setting { setting: "copy_cache", found: u64::from(*short_side), expected });
        }
        let problem = if self.bucket == Some(Bucket::Shape) {
            "batches of images of one size are planned by the sizes of the images themselves; leave the copies or the \
             bucket out"
        } else if self.images.is_empty() {
            "no images are decoded, so none can be replaced by a copy; leave the copies out, or decode images"
        } else if self.copies == Copies::Off {
            "copies are kept to be decoded, and `copies` is off; leave one of them out"
        } else if !self.images.iter().any(|image| self.may_use_copies(image)) {
            "copies are never decoded in place of images that are to be exact, as they are, or with boxes, masks or \
             keypoints that move along; choose a transform with a size that isn't exact, or allow copies always"
        } else {
            return Ok(());
        };
        Err(Error::Plan { setting: "copies in the cache", problem: problem.to_owned() })
    }

    /// What decodes the images, audio and videos, if any are to be decoded: of batches with these columns and this schema.
    pub(super) fn decoding(
        &self,
        sources: Vec<Source>,
        columns: &Columns,
        schema: &SchemaRef,
        plan: &Plan,
        counters: &Arc<Counters>,
    ) -> Result<Option<DecodeStage>> {
        if !self.decodes() {
            return Ok(None);
        }
        let fields = columns.fields();
        let media = MediaColumns::new(&self.media, &fields, schema, plan.batch_size)?;
        let fields = (fields.as_slice(), columns.shown());
        let columns = ImageColumns::new(&self.images, fields, media.schema(), plan.batch_size)?;
        let work = Work {
            sources,
            columns,
            media,
            draw: Draw { seed: self.seed_of_images(plan.seed), epoch: plan.epoch, row: 0 },
            on_error: self.on_error,
            copies: self.copies,
            verify: self.verify,
            shows_row_ids: self.row_ids,
            profile: self.profile,
            threads: self.decode_threads.unwrap_or_else(|| available_parallelism().map_or(2, usize::from)),
            counters: Arc::clone(counters),
            cancelled: AtomicBool::new(false),
        };
        let stage = DecodeStage::new(work, self.prefetch_bytes / 2, plan.batch_size, Handle::current());
        Ok(Some(stage))
    }

    fn seed_of_images(&self, shuffle: Option<u64>) -> u64 {
        self.image_seed.or(shuffle).unwrap_or(0)
    }

    /// 16 hex digits of the hash of what becomes of the images, audio and videos; empty if none are decoded.
    pub(super) fn hash_of_images(&self, shuffle: Option<u64>) -> String {
        if !self.decodes() {
            return String::new();
        }
        let mut hasher = blake3::Hasher::new();
        // Neither fails: they are written to memory, and have names as keys.
        hasher.update(&serde_json::to_vec(&self.images).unwrap_or_default());
        for media in &self.media {
            hasher.update(&serde_json::to_vec(&media.without_program()).unwrap_or_default());
        }
        hasher.update(&self.seed_of_images(shuffle).to_le_bytes());
        let mut hash = hasher.finalize().to_hex().to_string();
        hash.truncate(16);
        hash
    }

    /// What the data set has derived from the images that are decoded, and the stream uses.
    pub(super) fn derived(&self) -> Vec<Field> {
        let schema = self.snapshot.schema();
        let images = self.images.iter().filter_map(|image| schema.find(&image.column));
        let derived = images.flat_map(|image| schema.derived_of(image.id));
        let is_used = |field: &Field| match field.derived_kind() {
            Some(DerivedKind::EntryPoints) => self.stored_indexes,
            Some(DerivedKind::Copy { .. }) => self.copies != Copies::Off,
            None => false,
        };
        derived.filter(is_used).collect()
    }

    /// The image columns whose large images are fetched in parts: those that are cropped, and have indexes of entry points.
    /// None on a local disk, nor where a cache, of chunks or of copies, wants whole images.
    pub(super) fn in_parts(&self, columns: &Columns) -> Vec<InParts> {
        let is_local = self.snapshot.dataset().store().directory().is_some();
        if is_local || self.cache.is_some() || self.copy_cache.is_some() || !self.fetch_parts {
            return Vec::new();
        }
        let fields = columns.fields();
        let in_parts = |image: &ImageColumn| {
            let crops = matches!(
                image.spec.transform,
                Transform::RandomResizedCrop { .. } | Transform::Resize { crop: Some(_), .. }
            );
            let place = fields.iter().position(|field| field.name == image.column).filter(|_| crops)?;
            let entry_points = entry_points(&fields, fields[place].id)?;
            Some(InParts { image: place, entry_points })
        };
        self.images.iter().filter_map(in_parts).collect()
    }
}
