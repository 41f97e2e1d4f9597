//! Smaller copies of images in the local cache: made when an image is decoded for the first time, and read in its place from
//! then on.

use std::collections::HashSet;

use bytes::Bytes;
use hub_decode::{Draw, ImageSpec, SmallerCopy};
use hub_schema::{ContentHash, CopyEncoding, DerivedKind, FieldId, Fragment};

use super::decoders::{self, Borrowed};
use super::settings::Copies;
use crate::cache::{Cache, CopyKey};

/// Where smaller copies of images are kept.
#[derive(Clone, Debug)]
pub struct CopyCache {
    pub cache: Cache,
    /// Pixels of the shorter side of a copy.
    pub short_side: u32,
}

/// The copy of an image, which may be there.
#[derive(Clone, Debug)]
pub struct CachedCopy {
    cache: Cache,
    key: CopyKey,
    short_side: u32,
}

impl CopyCache {
    /// The copy of a row of a column, counted from the first of its data file.
    pub fn copy(&self, file: ContentHash, field: FieldId, row: u32) -> CachedCopy {
        let short_side = self.short_side;
        let kind = DerivedKind::Copy { short_side, encoding: CopyEncoding::Jpeg };
        CachedCopy { cache: self.cache.clone(), key: CopyKey { file, field, row, kind }, short_side }
    }
}

impl CachedCopy {
    /// Pixels of its shorter side.
    pub fn short_side(&self) -> u32 {
        self.short_side
    }

    /// Its bytes; `None` if it isn't there, or was damaged.
    pub fn read(&self) -> Option<Bytes> {
        self.cache.copy(&self.key)
    }

    /// Makes it of the image. False if the image needs none, or the cache has no room for it.
    pub fn make(&self, decoder: &mut Borrowed, image: &[u8]) -> bool {
        let copy = decoder.with(|decoder| {
            decoder.record_index(false);
            decoder.partial(false);
            Ok(SmallerCopy::of(decoder, image, self.short_side))
        });
        let jpeg = copy.ok().flatten().and_then(|copy| copy.to_jpeg());
        jpeg.is_some_and(|jpeg| self.cache.put_copy(&self.key, &jpeg))
    }
}

/// Tells which images of a column needn't be fetched, since the cache has copies that are enough.
#[derive(Debug)]
pub struct HeldCopies {
    /// The column's place among the stream's.
    pub image: usize,
    pub copies: Copies,
    pub cache: CopyCache,
    pub spec: ImageSpec,
    /// Seed and epoch of the data set's rows.
    pub draw: Draw,
}

impl HeldCopies {
    /// Those of some rows of a data file, counted from the fragment's first. Reads the headers of the copies.
    pub fn rows(&self, fragment: &Fragment, field: FieldId, file: ContentHash, rows: &[u32]) -> HashSet<u32> {
        let mut decoder = decoders::borrow();
        let mut is_enough = |row: u32| {
            let copy = self.cache.copy(file, field, row);
            let Some(head) = copy.cache.head_of_copy(&copy.key) else { return false };
            let draw = Draw { row: fragment.row_id(row).raw(), ..self.draw };
            let plan = decoder.with(|decoder| decoder.plan(&head, &self.spec, draw));
            plan.is_ok_and(|plan| self.copies.allow(&plan))
        };
        rows.iter().copied().filter(|row| is_enough(*row)).collect()
    }
}
