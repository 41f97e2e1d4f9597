//! Decodes some rows of a batch.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, RecordBatch, StringArray, UInt64Array,
};
use arrow::datatypes::UInt64Type;
use bytes::Bytes;
use futures::future::join_all;
use hub_dataset::{Store, layout};
use hub_decode::{DecodeError, Draw, ImageDecoder, Plan};
use hub_schema::ContentHash;
use rustix::time::{ClockId, clock_gettime};

use super::buffers::{Part, Pixels};
use super::columns::Image;
use super::copies::Stored;
use super::decoders;
use super::failure::{Failure, Problem};
use super::indexes::Known;
use super::moved;
use super::own_size::OwnSize;
use super::parts::{self, Fetched};
use super::place::{MoveError, Place};
use super::work::{Source, Work};
use crate::large::IN_PARTS;
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
    /// The data set of each row of the batch, in a mix.
    pub sources: Option<Arc<[u32]>>,
}

/// A column of encoded images.
struct Encoded<'a> {
    column: &'a dyn Array,
    bytes: &'a BinaryViewArray,
    paths: &'a StringArray,
    /// The data set's indexes of entry points.
    indexes: Option<&'a BinaryArray>,
}

impl<'a> Encoded<'a> {
    fn of(batch: &'a RecordBatch, image: &Image) -> Option<Self> {
        let column = batch.column(image.place).as_struct_opt()?;
        let bytes = column.column_by_name("bytes")?.as_binary_view_opt()?;
        let paths = column.column_by_name("path")?.as_string_opt()?;
        let indexes = image.entry_points.and_then(|place| batch.column(place).as_binary_opt::<i32>());
        Some(Self { column, bytes, paths, indexes })
    }

    /// Whether the bytes of a row were left out, to be fetched now.
    fn is_in_parts(&self, row: usize) -> bool {
        self.column.is_valid(row)
            && self.bytes.is_null(row)
            && self.paths.is_valid(row)
            && self.paths.value(row) == IN_PARTS
    }

    /// The data set's index of a row; empty if the image can have none, `None` if it isn't stored.
    fn index(&self, row: usize) -> Option<&'a [u8]> {
        let indexes = self.indexes.filter(|indexes| indexes.is_valid(row))?;
        Some(indexes.value(row))
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
            let of_row = |values: &Option<Arc<[u32]>>, row: usize| {
                values.as_ref().and_then(|values| values.get(row)).copied().unwrap_or(0)
            };
            let source_of = |row: usize| work.sources.get(of_row(&self.sources, row) as usize);
            let draw_of = |row: usize| {
                let (source, again) = (of_row(&self.sources, row), of_row(&self.repetitions, row));
                Draw { row: ids.map_or(0, |ids| ids.value(row)), ..work.draw_again(source, again) }
            };
            let in_parts = self.rows.clone().filter_map(|row| {
                let encoded = encoded.as_ref().filter(|encoded| encoded.is_in_parts(row))?;
                let (of, draw) = ((work, source_of(row)?), draw_of(row));
                Some(async move { (row, parts::fetch(of, image, draw, encoded.index(row)).await) })
            });
            let copies = Stored::of(&self.batch, image, work.copies);
            let mut in_parts: HashMap<usize, _> = join_all(in_parts).await.into_iter().collect();
            for row in self.rows.clone() {
                if work.is_cancelled() {
                    return failures;
                }
                let (Some(encoded), Some(ids)) = (&encoded, ids) else { continue };
                if encoded.column.is_null(row) {
                    continue;
                }
                let draw = draw_of(row);
                let Some(source) = source_of(row) else { continue };
                let at = row - self.rows.start;
                let known = source.indexes.as_ref().and_then(|indexes| indexes.of(column, ids.value(row)));
                if let Some(copy) = copies.choose(&mut decoder, (row, draw), &image.spec, work.copies) {
                    let job = Row { image, draw, at, stored: None, known: None };
                    if job.attempt(&mut decoder, copy, How::default(), part, work).is_ok() {
                        work.counters.copy();
                        continue;
                    }
                    part.blank(at);
                }
                let job = Row { image, draw, at, stored: encoded.index(row), known };
                let done = match in_parts.remove(&row) {
                    Some(Ok(Fetched::Parts(jpeg))) => {
                        job.decode_parts(&mut decoder, &jpeg, part, (work, source)).await
                    }
                    Some(Ok(Fetched::Whole(bytes))) => job.decode(&mut decoder, &bytes, part, work),
                    Some(Err(problem)) => Err(problem),
                    None => match fetch(encoded, row, image, &source.store).await {
                        Ok(Some(blob)) => job.decode(&mut decoder, &blob, part, work),
                        Ok(None) => job.decode(&mut decoder, encoded.bytes.value(row), part, work),
                        Err(problem) => Err(problem),
                    },
                };
                if let Err(problem) = done {
                    part.blank(at);
                    failures.push(Failure { row, column, problem });
                }
            }
            part.moved = moved_along(&self.batch, &self.rows, image, part, |row, problem| {
                failures.push(Failure { row, column, problem });
            });
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
        let of_row = |values: &Option<Arc<[u32]>>, row: usize| {
            values.as_ref().and_then(|values| values.get(row)).copied().unwrap_or(0)
        };
        for (column, (decoded, part)) in work.media.columns().iter().zip(&mut self.media).enumerate() {
            for row in self.rows.clone() {
                if work.is_cancelled() {
                    return;
                }
                let (source, again) = (of_row(&self.sources, row), of_row(&self.repetitions, row));
                let draw = Draw { row: ids.value(row), ..work.draw_again(source, again) };
                let Some(source) = work.sources.get(source as usize) else { continue };
                let place = (row, row - self.rows.start);
                let problem =
                    match media::decode(decoded, &self.batch, place, draw, &source.store, part).await {
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

/// What moves along with the images of a part. A row whose values can't be moved fails as one whose image can't be decoded.
fn moved_along(
    batch: &RecordBatch,
    rows: &Range<usize>,
    image: &Image,
    part: &mut Part,
    mut failed: impl FnMut(usize, Problem),
) -> Vec<ArrayRef> {
    let places: Vec<usize> = (0..rows.len()).collect();
    let mut moved = Vec::with_capacity(image.moving.len());
    let mut next = image.moving.iter().peekable();
    while let Some((place, feature)) = next.peek() {
        let values = batch.column(*place).slice(rows.start, rows.len());
        let (moving, limits) = (&image.how, &image.spec.limits);
        let of = Place { rows: &places, plans: &part.plans, moving, limits };
        let column = || batch.schema_ref().field(*place).name().clone();
        let (at, problem) = match moved::column(&values, feature, &of, image.spec.fixed_size()) {
            Ok(values) => {
                moved.push(values);
                next.next();
                continue;
            }
            Err(MoveError::Row { row, problem }) => (row, problem),
            Err(MoveError::Arrow(error)) => {
                // No row is at fault: all of them fail, and then nothing is left to move.
                let first = part.plans.iter().position(Option::is_some);
                let Some(first) = first else { break };
                (first, error.to_string())
            }
        };
        failed(rows.start + at, Problem::Decode(DecodeError::Annotation { column: column(), problem }));
        part.blank(at);
        // Those of other columns are null, too.
        moved.clear();
        next = image.moving.iter().peekable();
    }
    moved
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

/// How an image is decoded.
#[derive(Clone, Copy, Default)]
struct How<'a> {
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
struct Row<'a> {
    image: &'a Image,
    draw: Draw,
    /// The row's place in the part.
    at: usize,
    /// The data set's index; empty if the image can have none.
    stored: Option<&'a [u8]>,
    known: Option<Known>,
}

impl Row<'_> {
    /// Decodes a JPEG of which only what is needed was fetched; where that fails, all of it is fetched.
    async fn decode_parts(
        mut self,
        decoder: &mut decoders::Borrowed,
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
        let whole = parts::whole(source, self.image, self.draw.row).await?;
        self.decode(decoder, &whole, part, work)
    }

    /// Decodes into the part: by the data set's index, or else by one of the cache. An index that isn't this image's is
    /// refused, and made again for the cache.
    fn decode(
        &self,
        decoder: &mut decoders::Borrowed,
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
        decoder: &mut decoders::Borrowed,
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

    fn attempt(
        &self,
        decoder: &mut decoders::Borrowed,
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
