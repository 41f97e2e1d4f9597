//! Which smaller copy of an image is decoded in its place.

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch};
use bytes::Bytes;
use hub_decode::{Draw, ImageSpec};

use super::cached::CachedCopy;
use super::columns::Image;
use super::decoders::Borrowed;
use super::settings::Copies;

/// The copies of the images of a column that may be decoded in their place.
pub struct Replacing<'a> {
    /// Shorter sides and copies of the data set, the smallest first.
    stored: Vec<(u32, &'a BinaryViewArray)>,
    copies: Copies,
    spec: &'a ImageSpec,
    may: bool,
}

/// A copy to decode in place of an image.
pub enum Copy<'a> {
    OfDataSet(&'a [u8]),
    OfCache(Bytes),
}

/// What is decoded in place of an image.
#[derive(Default)]
pub struct Choice<'a> {
    pub copy: Option<Copy<'a>>,
    /// Where the cache is to keep a copy of the image, if the image itself is decoded.
    pub missing: Option<CachedCopy>,
}

impl Copy<'_> {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::OfDataSet(bytes) => bytes,
            Self::OfCache(bytes) => bytes,
        }
    }
}

impl<'a> Replacing<'a> {
    pub fn of(batch: &'a RecordBatch, image: &'a Image, copies: Copies) -> Self {
        let may = copies.may_replace(&image.spec, !image.moving.is_empty());
        let bytes = |(short_side, place): &(u32, usize)| {
            let copies = batch.column(*place).as_struct_opt()?;
            Some((*short_side, copies.column_by_name("bytes")?.as_binary_view_opt()?))
        };
        let stored = image.copies.iter().filter(|_| may).filter_map(bytes).collect();
        Self { stored, copies, spec: &image.spec, may }
    }

    /// The copy to decode in place of the image of a row: of those that are enough the smallest, or where any is allowed the
    /// largest. One whose header can't be read is none. `cached`: where the cache may have one.
    pub fn choose(
        &self,
        decoder: &mut Borrowed,
        (row, draw): (usize, Draw),
        cached: impl FnOnce() -> Option<CachedCopy>,
    ) -> Choice<'a> {
        if !self.may {
            return Choice::default();
        }
        let stored = self.stored.iter().filter(|(_, copies)| copies.is_valid(row));
        let mut order: Vec<Option<&'a [u8]>> =
            stored.clone().map(|(_, copies)| Some(copies.value(row))).collect();
        let largest = stored.map(|(short_side, _)| *short_side).max();
        // A smaller one than those of the data set is never needed.
        let mut cached =
            cached().filter(|cached| largest.is_none_or(|largest| largest < cached.short_side()));
        order.extend(cached.is_some().then_some(None));
        if self.copies == Copies::Always {
            order.reverse();
        }
        for stored in order {
            let read = || Some(Copy::OfCache(cached.as_ref()?.read()?));
            let Some(copy) = stored.map(Copy::OfDataSet).or_else(read) else { continue };
            match decoder.with(|decoder| decoder.plan(copy.bytes(), self.spec, draw)) {
                Ok(plan) if self.copies.allow(&plan) => {
                    // One of the cache that turns out to be damaged is made again.
                    let missing = cached.filter(|_| stored.is_none());
                    return Choice { copy: Some(copy), missing };
                }
                Ok(_) if stored.is_none() => cached = None,
                Ok(_) | Err(_) => {}
            }
        }
        Choice { copy: None, missing: cached }
    }
}
