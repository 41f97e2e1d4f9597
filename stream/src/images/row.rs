//! Decodes one image.

use hub_decode::{DecodeError, Draw};

use super::buffers::{Part, Pixels};
use super::cached::CachedCopy;
use super::columns::Image;
use super::decoders::Borrowed;
use super::indexes::Known;
use super::own_size::OwnSize;
use super::parts;
use super::work::{Source, Work};
use crate::problem::Problem;

/// How an image is decoded.
#[derive(Clone, Copy, Default)]
pub struct How<'a> {
    index: Option<&'a [u8]>,
    /// Only the bytes that are needed are there.
    partial: bool,
    /// Make its index.
    record: bool,
}

impl<'a> How<'a> {
    fn with(index: Option<&'a [u8]>) -> Self {
        Self { index, ..Self::default() }
    }
}

/// Decodes one image of a piece.
pub struct Row<'a> {
    pub image: &'a Image,
    /// The column's place among the image columns.
    pub column: usize,
    pub draw: Draw,
    /// The row's place in the part.
    pub at: usize,
    /// The data set's index; empty if the image can have none.
    pub stored: Option<&'a [u8]>,
    pub known: Option<Known>,
}

impl Row<'_> {
    /// Decodes a JPEG of which only what is needed was fetched; where that fails, all of it is fetched.
    pub async fn decode_parts(
        mut self,
        decoder: &mut Borrowed,
        jpeg: &[u8],
        part: &mut Part,
        (work, source): (&Work, &Source),
    ) -> Result<(), Problem> {
        let how = How { index: self.stored, partial: true, record: false };
        if self.attempt(decoder, jpeg, how, part, work).is_ok() {
            work.counters.stored_index(true);
            return Ok(());
        }
        // Its index isn't this image's, or the image is damaged, which shows when it is decoded without.
        work.counters.index_refused();
        self.stored = None;
        let whole = parts::whole(source, (self.column, self.image), self.draw.row).await?;
        self.decode(decoder, &whole, part, work)
    }

    /// As [`decode`](Self::decode); then keeps a smaller copy in the cache, if one is missing there.
    pub fn decode_and_copy(
        &self,
        decoder: &mut Borrowed,
        bytes: &[u8],
        part: &mut Part,
        work: &Work,
        missing: &Option<CachedCopy>,
    ) -> Result<(), Problem> {
        self.decode(decoder, bytes, part, work)?;
        if missing.as_ref().is_some_and(|copy| copy.make(decoder, bytes)) {
            work.counters.copy_made();
        }
        Ok(())
    }

    /// Decodes into the part: by the data set's index, or else by one of the cache. An index that isn't this image's is
    /// refused, and made again for the cache.
    pub fn decode(
        &self,
        decoder: &mut Borrowed,
        bytes: &[u8],
        part: &mut Part,
        work: &Work,
    ) -> Result<(), Problem> {
        match self.stored {
            // No index can be made of it.
            Some([]) => {
                return self.attempt(decoder, bytes, How::default(), part, work).map_err(Problem::Decode);
            }
            Some(index) => match self.with_stored(decoder, bytes, index, part, work) {
                Err(DecodeError::Index(_)) => work.counters.index_refused(),
                done => {
                    work.counters.stored_index(done.is_ok());
                    return done.map_err(Problem::Decode);
                }
            },
            None => {}
        }
        let index = self.known.as_ref().and_then(Known::index);
        let record = self.known.is_some() && index.is_none();
        let how = How { record, ..How::with(index.as_deref()) };
        match self.attempt(decoder, bytes, how, part, work) {
            Err(DecodeError::Index(_)) if index.is_some() => work.counters.index_refused(),
            done => return done.map_err(Problem::Decode),
        }
        let how = How { record: true, ..How::default() };
        self.attempt(decoder, bytes, how, part, work).map_err(Problem::Decode)
    }

    /// Decodes by the data set's index, which is compared with the scan before if checksums are to be.
    fn with_stored(
        &self,
        decoder: &mut Borrowed,
        bytes: &[u8],
        index: &[u8],
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        if work.verify {
            let limits = &self.image.spec.limits;
            decoder.with(|decoder| decoder.jpeg().verify_index(bytes, index, limits))?;
        }
        self.attempt(decoder, bytes, How::with(Some(index)), part, work)
    }

    /// Decodes once.
    pub fn attempt(
        &self,
        decoder: &mut Borrowed,
        bytes: &[u8],
        how: How<'_>,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        let How { index, partial, record } = how;
        let Self { image, draw, at, known, .. } = self;
        let (done, recorded) = decoder.with(|decoder| {
            decoder.measure(work.profile);
            decoder.record_index(record);
            decoder.partial(partial);
            let plan = match &mut part.pixels {
                Pixels::Fixed { pixels, row_bytes } => {
                    let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes).unwrap_or_default();
                    decoder.transform(bytes, index, &image.spec, *draw, row)?
                }
                Pixels::Sized(images) => {
                    // A view's length is a 32-bit number.
                    let most = i32::MAX as u64;
                    let (pixels, plan) = decoder.transform_sized(bytes, index, &image.spec, *draw, most)?;
                    let (width, height) = plan.size;
                    if let Some(to) = images.get_mut(*at) {
                        *to = OwnSize { pixels, width, height };
                    }
                    plan
                }
            };
            if let Some(to) = part.plans.get_mut(*at) {
                *to = Some(plan);
            }
            Ok((decoder.work(), decoder.take_index()))
        })?;
        work.counters.image(bytes.len(), done);
        if let (Some(known), Some(recorded)) = (known, recorded) {
            work.counters.index_made(!recorded.is_empty());
            known.put(recorded);
        }
        Ok(())
    }
}
