//! Decodes some rows of a batch.

use std::ops::Range;
use std::time::Duration;

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::UInt64Type;
use bytes::Bytes;
use hub_dataset::{Store, layout};
use hub_decode::{DctScale, DecodeError, Draw, ImageDecoder};
use hub_schema::ContentHash;
use rustix::time::{ClockId, clock_gettime};

use super::buffers::{OwnSize, Part};
use super::columns::Image;
use super::decoders;
use super::failure::{Failure, Problem};
use super::work::Work;
use crate::stats::Counters;

/// Rows of a batch, to be decoded by one thread.
pub struct Piece {
    pub batch: RecordBatch,
    pub rows: Range<usize>,
    /// One for each image column.
    pub parts: Vec<Part>,
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
                let draw = Draw { row: ids.value(row), ..work.draw };
                let at = row - self.rows.start;
                let done = match fetch(encoded, row, image, &work.store).await {
                    Ok(Some(blob)) => decode(&mut decoder, &blob, image, draw, part, at, &work.counters),
                    Ok(None) => {
                        let bytes = encoded.bytes.value(row);
                        decode(&mut decoder, bytes, image, draw, part, at, &work.counters)
                    }
                    Err(problem) => Err(problem),
                };
                if let Err(problem) = done {
                    part.blank(at);
                    failures.push(Failure { row, column, problem });
                }
            }
        }
        work.counters.decode(cpu_time().saturating_sub(start));
        failures.sort_by_key(|failure| failure.row);
        failures
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

fn decode(
    decoder: &mut decoders::Borrowed,
    bytes: &[u8],
    image: &Image,
    draw: Draw,
    part: &mut Part,
    at: usize,
    counters: &Counters,
) -> Result<(), Problem> {
    let spec = &image.spec;
    let done = decoder.with(|decoder| {
        match part {
            Part::Fixed { pixels, row_bytes } => {
                let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes).unwrap_or_default();
                decoder.transform(bytes, None, spec, draw, row)?;
            }
            Part::Sized(images) => {
                if let Some(to) = images.get_mut(at) {
                    *to = sized(decoder, bytes, image, draw)?;
                }
            }
        }
        Ok(decoder.work())
    });
    let work = done.map_err(Problem::Decode)?;
    counters.image(bytes.len(), work.jpeg, work.indexed, work.scale != DctScale::Full);
    Ok(())
}

fn sized(
    decoder: &mut ImageDecoder,
    bytes: &[u8],
    image: &Image,
    draw: Draw,
) -> Result<OwnSize, DecodeError> {
    let spec = &image.spec;
    let (width, height) = decoder.plan(bytes, spec, draw)?.size;
    let needed = (u64::from(width) * u64::from(height)).saturating_mul(3 * spec.output.dtype.bytes() as u64);
    // A view's length is a 32-bit number.
    let limit = spec.limits.max_bytes.min(i32::MAX as u64);
    if needed > limit {
        return Err(DecodeError::TooManyBytes { needed, limit });
    }
    let mut pixels = vec![0; needed as usize];
    decoder.transform(bytes, None, spec, draw, &mut pixels)?;
    Ok(OwnSize { pixels, width, height })
}

impl Part {
    /// Makes a row's pixels zeros again.
    fn blank(&mut self, at: usize) {
        match self {
            Self::Fixed { pixels, row_bytes } => {
                let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes);
                row.unwrap_or_default().fill(0);
            }
            Self::Sized(images) => {
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
