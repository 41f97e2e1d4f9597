//! Decodes some rows of a batch.

use std::collections::HashMap;
use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, RecordBatch, StringArray, UInt64Array,
};
use arrow::datatypes::UInt64Type;
use futures::future::join_all;
use hub_decode::{DecodeError, Draw};
use rustix::time::{ClockId, clock_gettime};

use super::buffers::Part;
use super::columns::Image;
use super::copies::{Choice, Copy, Replacing};
use super::decoders::{self, Borrowed};
use super::failure::Failure;
use super::indexes::Known;
use super::moved;
use super::parts::{self, Original};
use super::place::{MoveError, Place};
use super::row::{How, Row};
use super::work::{Source, Work, of_row};
use crate::large::IN_PARTS;
use crate::media::{self, Values};
use crate::problem::Problem;

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

    /// The whole image of a row.
    async fn original(
        &self,
        row: usize,
        source: &Source,
        (column, image): (usize, &Image),
        id: u64,
    ) -> Result<Original<'a>, Problem> {
        if self.bytes.is_valid(row) {
            return Ok(Original::Here(self.bytes.value(row)));
        }
        let fetched = match self.is_in_parts(row) {
            true => parts::whole(source, (column, image), id).await,
            false => parts::fetch_apart(self.paths.value(row), image, &source.store).await,
        };
        fetched.map(Original::Whole)
    }
}

/// An image to decode.
struct ToDecode<'a> {
    row: usize,
    source: &'a Source,
    draw: Draw,
    choice: Choice<'a>,
}

impl Piece {
    /// Decodes the rows into the parts. Returns what couldn't be decoded, in the order of the rows; its pixels are zeros.
    pub async fn decode(&mut self, work: &Work) -> Vec<Failure> {
        let start = cpu_time();
        let (mut parts, mut media) = (mem::take(&mut self.parts), mem::take(&mut self.media));
        let mut failures = Vec::new();
        let mut decoder = decoders::borrow();
        for (column, (image, part)) in work.columns.images().iter().zip(&mut parts).enumerate() {
            if let Some(encoded) = Encoded::of(&self.batch, image) {
                self.decode_images((column, image), &encoded, &mut decoder, part, work, &mut failures).await;
            }
            part.moved = moved_along(&self.batch, &self.rows, image, part, |row, problem| {
                failures.push(Failure { row, column, problem });
            });
        }
        drop(decoder);
        self.decode_media(work, &mut media, &mut failures).await;
        (self.parts, self.media) = (parts, media);
        work.counters.decode(cpu_time().saturating_sub(start));
        failures.sort_by_key(|failure| failure.row);
        failures
    }

    /// The data set of a row, and what its random numbers are drawn from.
    fn row<'a>(&self, work: &'a Work, row: usize) -> Option<(&'a Source, Draw)> {
        let ids: &UInt64Array = self.batch.columns().last()?.as_primitive_opt::<UInt64Type>()?;
        let (source, again) = (of_row(self.sources.as_ref(), row), of_row(self.repetitions.as_ref(), row));
        let draw = Draw { row: ids.value(row), ..work.draw_again(source, again) };
        Some((work.sources.get(source as usize)?, draw))
    }

    /// Decodes the images of a column.
    async fn decode_images(
        &self,
        (column, image): (usize, &Image),
        encoded: &Encoded<'_>,
        decoder: &mut Borrowed,
        part: &mut Part,
        work: &Work,
        failures: &mut Vec<Failure>,
    ) {
        let replacing = Replacing::of(&self.batch, image, work.copies);
        let there = self.rows.clone().filter(|row| encoded.column.is_valid(*row));
        let mut images: Vec<ToDecode<'_>> = Vec::with_capacity(self.rows.len());
        for row in there {
            let Some((source, draw)) = self.row(work, row) else { continue };
            let cached = || source.cached_copy(column, draw.row);
            let choice = replacing.choose(decoder, (row, draw), cached);
            images.push(ToDecode { row, source, draw, choice });
        }
        // All at once, since each takes a request.
        let in_parts = images.iter().filter(|of| encoded.is_in_parts(of.row) && of.choice.copy.is_none());
        let in_parts = in_parts.map(async |of| {
            let original = match of.source.copies {
                // Of a part of an image no copy can be made.
                Some(_) => encoded.original(of.row, of.source, (column, image), of.draw.row).await,
                None => {
                    parts::fetch((work, of.source), (column, image), of.draw, encoded.index(of.row)).await
                }
            };
            (of.row, original)
        });
        let mut fetched: HashMap<usize, _> = join_all(in_parts).await.into_iter().collect();
        for ToDecode { row, source, draw, choice } in images {
            if work.is_cancelled() {
                return;
            }
            let at = row - self.rows.start;
            if let Some(copy) = &choice.copy {
                let job = Row { image, column, draw, at, stored: None, known: None };
                if job.attempt(decoder, copy.bytes(), How::default(), part, work).is_ok() {
                    work.counters.copy(matches!(copy, Copy::OfCache(_)));
                    continue;
                }
                part.blank(at);
            }
            let known = Known::of(source, column, draw.row);
            let job = Row { image, column, draw, at, stored: encoded.index(row), known };
            let original = match fetched.remove(&row) {
                Some(original) => original,
                None => encoded.original(row, source, (column, image), draw.row).await,
            };
            let done = match original {
                Ok(Original::Parts(jpeg)) => job.decode_parts(decoder, &jpeg, part, (work, source)).await,
                Ok(Original::Whole(bytes)) => {
                    job.decode_and_copy(decoder, &bytes, part, work, &choice.missing)
                }
                Ok(Original::Here(bytes)) => job.decode_and_copy(decoder, bytes, part, work, &choice.missing),
                Err(problem) => Err(problem),
            };
            if let Err(problem) = done {
                part.blank(at);
                failures.push(Failure { row, column, problem });
            }
        }
    }

    /// Decodes audio and videos.
    async fn decode_media(&self, work: &Work, media: &mut [Values], failures: &mut Vec<Failure>) {
        let images = work.columns.images().len();
        for (column, (decoded, part)) in work.media.columns().iter().zip(media).enumerate() {
            for row in self.rows.clone() {
                if work.is_cancelled() {
                    return;
                }
                let Some((source, draw)) = self.row(work, row) else { continue };
                let place = (row, row - self.rows.start);
                match media::decode(decoded, &self.batch, place, draw, &source.store, part).await {
                    Ok(there) => work.counters.media(&decoded.spec, there),
                    Err(problem) => failures.push(Failure { row, column: images + column, problem }),
                }
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

/// CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
