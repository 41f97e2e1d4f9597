//! Decodes some rows of a batch.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::UInt64Type;
use bytes::Bytes;
use hub_dataset::{Store, layout};
use hub_decode::{DecodeError, Draw, ImageDecoder, Plan};
use hub_schema::ContentHash;
use rustix::time::{ClockId, clock_gettime};

use super::buffers::{OwnSize, Part, Pixels};
use super::columns::Image;
use super::decoders;
use super::failure::{Failure, Problem};
use super::indexes::Known;
use super::work::Work;
use crate::media::{self, MediaProblem, Values};

/// Rows of a batch, to be decoded by one thread.
pub struct Piece {
    pub batch: RecordBatch,
    pub rows: Range<usize>,
    /// One for each image column.
    pub parts: Vec<Part>,
    /// One for each column of audio or videos.
    pub media: Vec<Values>,
    /// How often each row of the batch has come before in the epoch, if any has.
    pub repetitions: Option<Arc<[u32]>>,
}

/// A column of encoded images.
struct Encoded<'a> {
    column: &'a dyn Array,
    bytes: &'a BinaryViewArray,
    paths: &'a StringArray,
}

impl<'a> Encoded<'a> {
    fn of(batch: &'a RecordBatch, image: &Image) -> Option<Self> {
        let column = batch.column(image.place).as_struct_opt()?;
        let bytes = column.column_by_name("bytes")?.as_binary_view_opt()?;
        let paths = column.column_by_name("path")?.as_string_opt()?;
        Some(Self { column, bytes, paths })
    }
}

impl Piece {
    /// Decodes the rows into the parts. Returns what couldn't be decoded, in the order of the rows; its pixels are zeros.
    pub async fn decode(&mut self, work: &Work) -> Vec<Failure> {
        let mut failures = Vec::new();
        let ids: Option<&UInt64Array> =
            self.batch.columns().last().and_then(|ids| ids.as_primitive_opt::<UInt64Type>());
        let mut decoder = decoders::borrow();
        let start = cpu_time();
        for (column, (image, part)) in work.columns.images().iter().zip(&mut self.parts).enumerate() {
            let encoded = Encoded::of(&self.batch, image);
            for row in self.rows.clone() {
                if work.is_cancelled() {
                    return failures;
                }
                let (Some(encoded), Some(ids)) = (&encoded, ids) else { continue };
                if encoded.column.is_null(row) {
                    continue;
                }
                let again =
                    self.repetitions.as_ref().and_then(|counts| counts.get(row)).copied().unwrap_or(0);
                let draw = Draw { row: ids.value(row), ..work.draw_again(again) };
                let at = row - self.rows.start;
                let known = work.indexes.as_ref().and_then(|indexes| indexes.of(column, ids.value(row)));
                let job = Row { image, draw, at, known };
                let done = match fetch(encoded, row, image, &work.store).await {
                    Ok(Some(blob)) => job.decode(&mut decoder, &blob, part, work),
                    Ok(None) => job.decode(&mut decoder, encoded.bytes.value(row), part, work),
                    Err(problem) => Err(problem),
                };
                if let Err(problem) = done {
                    part.blank(at);
                    failures.push(Failure { row, column, problem });
                }
            }
        }
        self.decode_media(work, &mut failures).await;
        work.counters.decode(cpu_time().saturating_sub(start));
        failures.sort_by_key(|failure| failure.row);
        failures
    }

    /// Decodes audio and videos.
    async fn decode_media(&mut self, work: &Work, failures: &mut Vec<Failure>) {
        let ids: Option<&UInt64Array> =
            self.batch.columns().last().and_then(|ids| ids.as_primitive_opt::<UInt64Type>());
        let Some(ids) = ids else { return };
        let images = work.columns.images().len();
        for (column, (decoded, part)) in work.media.columns().iter().zip(&mut self.media).enumerate() {
            for row in self.rows.clone() {
                if work.is_cancelled() {
                    return;
                }
                let again =
                    self.repetitions.as_ref().and_then(|counts| counts.get(row)).copied().unwrap_or(0);
                let draw = Draw { row: ids.value(row), ..work.draw_again(again) };
                let place = (row, row - self.rows.start);
                let problem = match media::decode(decoded, &self.batch, place, draw, &work.store, part).await
                {
                    Ok(there) => {
                        work.counters.media(&decoded.spec, there);
                        continue;
                    }
                    Err(MediaProblem::Decode(error)) => Problem::Decode(error),
                    Err(MediaProblem::Store(error)) => Problem::Store(error),
                };
                failures.push(Failure { row, column: images + column, problem });
            }
        }
    }
}

/// The bytes of an image that is an object of its own; `None` for others.
async fn fetch(
    encoded: &Encoded<'_>,
    row: usize,
    image: &Image,
    store: &Store,
) -> Result<Option<Bytes>, Problem> {
    if encoded.bytes.is_valid(row) {
        return Ok(None);
    }
    let path = encoded.paths.value(row);
    let hash = path.strip_prefix(layout::BLOBS).and_then(|hash| hash.strip_prefix('/')?.parse().ok());
    let Some(hash): Option<ContentHash> = hash else {
        let problem =
            format!("it has no bytes, and its path '{path}' is none of a sample that is stored apart");
        return Err(Problem::Decode(DecodeError::Format { format: "image", problem }));
    };
    let path = layout::blob(hash);
    let needed = store.head(&path).await.map_err(Problem::Store)?.map_or(0, |object| object.size_bytes);
    let limit = image.spec.limits.max_bytes;
    if needed > limit {
        return Err(Problem::Decode(DecodeError::TooManyBytes { needed, limit }));
    }
    store.need(&path).await.map(Some).map_err(Problem::Store)
}

/// Decodes one image of a piece.
struct Row<'a> {
    image: &'a Image,
    draw: Draw,
    /// The row's place in the part.
    at: usize,
    known: Option<Known>,
}

impl Row<'_> {
    /// Decodes into the part. An index that isn't this image's is made again.
    fn decode(
        &self,
        decoder: &mut decoders::Borrowed,
        bytes: &[u8],
        part: &mut Part,
        work: &Work,
    ) -> Result<(), Problem> {
        let index = self.known.as_ref().and_then(Known::index);
        match self.attempt(decoder, bytes, index.as_deref(), part, work) {
            Err(DecodeError::Index(_)) if index.is_some() => work.counters.index_refused(),
            done => return done.map_err(Problem::Decode),
        }
        self.attempt(decoder, bytes, None, part, work).map_err(Problem::Decode)
    }

    fn attempt(
        &self,
        decoder: &mut decoders::Borrowed,
        bytes: &[u8],
        index: Option<&[u8]>,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        let Self { image, draw, at, known } = self;
        let (done, recorded) = decoder.with(|decoder| {
            decoder.measure(work.profile);
            decoder.record_index(known.is_some() && index.is_none());
            let plan = match &mut part.pixels {
                Pixels::Fixed { pixels, row_bytes } => {
                    let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes).unwrap_or_default();
                    decoder.transform(bytes, index, &image.spec, *draw, row)?
                }
                Pixels::Sized(images) => {
                    let (found, plan) = sized(decoder, bytes, index, image, *draw)?;
                    if let Some(to) = images.get_mut(*at) {
                        *to = found;
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

fn sized(
    decoder: &mut ImageDecoder,
    bytes: &[u8],
    index: Option<&[u8]>,
    image: &Image,
    draw: Draw,
) -> Result<(OwnSize, Plan), DecodeError> {
    let spec = &image.spec;
    let (width, height) = decoder.plan(bytes, spec, draw)?.size;
    let needed = (u64::from(width) * u64::from(height)).saturating_mul(3 * spec.output.dtype.bytes() as u64);
    // A view's length is a 32-bit number.
    let limit = spec.limits.max_bytes.min(i32::MAX as u64);
    if needed > limit {
        return Err(DecodeError::TooManyBytes { needed, limit });
    }
    let mut pixels = vec![0; needed as usize];
    let plan = decoder.transform(bytes, index, spec, draw, &mut pixels)?;
    Ok((OwnSize { pixels, width, height }, plan))
}

impl Part {
    /// Makes a row's pixels zeros again.
    fn blank(&mut self, at: usize) {
        if let Some(plan) = self.plans.get_mut(at) {
            *plan = None;
        }
        match &mut self.pixels {
            Pixels::Fixed { pixels, row_bytes } => {
                let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes);
                row.unwrap_or_default().fill(0);
            }
            Pixels::Sized(images) => {
                if let Some(image) = images.get_mut(at) {
                    *image = OwnSize::default();
                }
            }
        }
    }
}

/// CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
