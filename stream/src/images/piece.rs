//! Decodes some rows of a batch.

use std::io::{Cursor, Read, Seek};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::UInt64Type;
use bytes::Bytes;
use hub_dataset::layout;
use hub_decode::{AudioSpec, ClipDecoder, ClipSpec, DecodeError, Draw, ImageDecoder, ImageSpec, Plan};
use hub_schema::ContentHash;
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Handle;

use super::blob::BlobReader;
use super::buffers::{OwnSize, Part, Pixels};
use super::columns::Decoded;
use super::decoders;
use super::failure::{Failure, Problem};
use super::indexes::Known;
use super::settings::MediaSpec;
use super::work::Work;

/// Rows of a batch, to be decoded by one thread.
pub struct Piece {
    pub batch: RecordBatch,
    pub rows: Range<usize>,
    /// One for each decoded column.
    pub parts: Vec<Part>,
    /// How often each row of the batch has come before in the epoch, if any has.
    pub repetitions: Option<Arc<[u32]>>,
}

/// A column of encoded media.
struct Encoded<'a> {
    column: &'a dyn Array,
    bytes: &'a BinaryViewArray,
    paths: &'a StringArray,
}

impl<'a> Encoded<'a> {
    fn of(batch: &'a RecordBatch, decoded: &Decoded) -> Option<Self> {
        let column = batch.column(decoded.place).as_struct_opt()?;
        let bytes = column.column_by_name("bytes")?.as_binary_view_opt()?;
        let paths = column.column_by_name("path")?.as_string_opt()?;
        Some(Self { column, bytes, paths })
    }

    /// What a value is called.
    fn name(&self, row: usize) -> &'a str {
        if self.paths.is_valid(row) { self.paths.value(row) } else { "" }
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
        for (column, (decoded, part)) in work.columns.columns().iter().zip(&mut self.parts).enumerate() {
            let encoded = Encoded::of(&self.batch, decoded);
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
                let indexes = work.indexes.as_ref().filter(|_| matches!(decoded.spec, MediaSpec::Image(_)));
                let known = indexes.and_then(|indexes| indexes.of(column, ids.value(row)));
                let job = Row { decoded, name: encoded.name(row), draw, at, known };
                let done = match stored(encoded, row, decoded, work).await {
                    Ok(stored) => job.decode(&mut decoder, &stored, part, work),
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

/// Where a value is.
enum Stored<'a> {
    Here(&'a [u8]),
    /// An object of its own, fetched.
    Fetched(Bytes),
    /// An object of its own, of which the parts are read that are needed.
    Apart(BlobReader),
}

/// Finds a value; fetches an image that is an object of its own.
async fn stored<'a>(
    encoded: &Encoded<'a>,
    row: usize,
    decoded: &Decoded,
    work: &Work,
) -> Result<Stored<'a>, Problem> {
    if encoded.bytes.is_valid(row) {
        return Ok(Stored::Here(encoded.bytes.value(row)));
    }
    let path = encoded.paths.value(row);
    let hash = path.strip_prefix(layout::BLOBS).and_then(|hash| hash.strip_prefix('/')?.parse().ok());
    let Some(hash): Option<ContentHash> = hash else {
        let problem =
            format!("it has no bytes, and its path '{path}' is none of a sample that is stored apart");
        return Err(Problem::Decode(DecodeError::Format { format: "file", problem }));
    };
    let (path, store) = (layout::blob(hash), &work.store);
    let Some(object) = store.head(&path).await.map_err(Problem::Store)? else {
        // Its error says that the file is missing.
        return store.need(&path).await.map(Stored::Fetched).map_err(Problem::Store);
    };
    let size_bytes = object.size_bytes;
    let MediaSpec::Image(spec) = &decoded.spec else {
        return Ok(Stored::Apart(BlobReader::new(store.clone(), path, size_bytes, Handle::current())));
    };
    let limit = spec.limits.max_bytes;
    if size_bytes > limit {
        return Err(Problem::Decode(DecodeError::TooManyBytes { needed: size_bytes, limit }));
    }
    store.need(&path).await.map(Stored::Fetched).map_err(Problem::Store)
}

/// Decodes one value of a piece.
struct Row<'a> {
    decoded: &'a Decoded,
    /// What the value is called.
    name: &'a str,
    draw: Draw,
    /// The row's place in the part.
    at: usize,
    known: Option<Known>,
}

impl Row<'_> {
    /// Decodes into the part.
    fn decode(
        &self,
        decoder: &mut decoders::Borrowed,
        stored: &Stored<'_>,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), Problem> {
        let done = match (&self.decoded.spec, stored) {
            (MediaSpec::Image(spec), Stored::Here(bytes)) => self.image(decoder, bytes, spec, part, work),
            (MediaSpec::Image(spec), Stored::Fetched(bytes)) => self.image(decoder, bytes, spec, part, work),
            (_, Stored::Here(bytes)) => self.read(decoder, Cursor::new(*bytes), part, work),
            (_, Stored::Fetched(bytes)) => self.read(decoder, Cursor::new(&bytes[..]), part, work),
            (_, Stored::Apart(blob)) => self.read(decoder, blob.clone(), part, work),
        };
        done.map_err(Problem::Decode)
    }

    /// Decodes what is read in parts.
    fn read<R: Read + Seek + Send + Sync + Clone>(
        &self,
        decoder: &mut decoders::Borrowed,
        reader: R,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        match &self.decoded.spec {
            MediaSpec::Audio(spec) => self.audio(decoder, reader, spec, part, work),
            MediaSpec::Clip(spec) => self.video(decoder, reader, spec, part, work),
            // Images are read whole.
            MediaSpec::Image(_) => Ok(()),
        }
    }

    fn audio<R: Read + Seek + Send + Sync + Clone>(
        &self,
        decoder: &mut decoders::Borrowed,
        reader: R,
        spec: &AudioSpec,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        decoder.with(|decoders| match &mut part.pixels {
            Pixels::Fixed { pixels, row_bytes } => {
                let row =
                    pixels.get_mut(self.at * *row_bytes..(self.at + 1) * *row_bytes).unwrap_or_default();
                decoders.audio.clip(reader, self.name, spec, self.draw, row)
            }
            Pixels::Sized(sounds) => {
                let found = decoders.audio.whole(reader, self.name, spec)?;
                let frames = u32::try_from(found.frames).unwrap_or(u32::MAX);
                // A view's length is a 32-bit number.
                if found.samples.len() > i32::MAX as usize {
                    let (needed, limit) = (found.samples.len() as u64, i32::MAX as u64);
                    return Err(DecodeError::TooManyBytes { needed, limit });
                }
                if let Some(to) = sounds.get_mut(self.at) {
                    *to = OwnSize { values: found.samples, sides: [spec.channels.count() as u32, frames, 0] };
                }
                Ok(())
            }
        })?;
        work.counters.audio();
        Ok(())
    }

    fn video<R: Read + Seek>(
        &self,
        decoder: &mut decoders::Borrowed,
        reader: R,
        spec: &ClipSpec,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        let (name, draw) = (self.name, self.draw);
        decoder.with(|decoders| match &mut part.pixels {
            Pixels::Fixed { pixels, row_bytes } => {
                let row =
                    pixels.get_mut(self.at * *row_bytes..(self.at + 1) * *row_bytes).unwrap_or_default();
                ClipDecoder::clip(&mut decoders.image, reader, name, spec, draw, row)
            }
            Pixels::Sized(clips) => {
                let found = ClipDecoder::sized(&mut decoders.image, reader, name, spec, draw)?;
                if let Some(to) = clips.get_mut(self.at) {
                    *to = OwnSize { values: found.pixels, sides: [spec.frames, found.height, found.width] };
                }
                Ok(())
            }
        })?;
        work.counters.video();
        Ok(())
    }

    /// Decodes an image. An index that isn't this image's is made again.
    fn image(
        &self,
        decoder: &mut decoders::Borrowed,
        bytes: &[u8],
        spec: &ImageSpec,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        let index = self.known.as_ref().and_then(Known::index);
        match self.attempt(decoder, bytes, spec, index.as_deref(), part, work) {
            Err(DecodeError::Index(_)) if index.is_some() => work.counters.index_refused(),
            done => return done,
        }
        self.attempt(decoder, bytes, spec, None, part, work)
    }

    fn attempt(
        &self,
        decoder: &mut decoders::Borrowed,
        bytes: &[u8],
        spec: &ImageSpec,
        index: Option<&[u8]>,
        part: &mut Part,
        work: &Work,
    ) -> Result<(), DecodeError> {
        let Self { draw, at, known, .. } = self;
        let (done, recorded) = decoder.with(|decoders| {
            let decoder = &mut decoders.image;
            decoder.measure(work.profile);
            decoder.record_index(known.is_some() && index.is_none());
            let plan = match &mut part.pixels {
                Pixels::Fixed { pixels, row_bytes } => {
                    let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes).unwrap_or_default();
                    decoder.transform(bytes, index, spec, *draw, row)?
                }
                Pixels::Sized(images) => {
                    let (found, plan) = sized(decoder, bytes, index, spec, *draw)?;
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
    spec: &ImageSpec,
    draw: Draw,
) -> Result<(OwnSize, Plan), DecodeError> {
    let (width, height) = decoder.plan(bytes, spec, draw)?.size;
    let needed = (u64::from(width) * u64::from(height)).saturating_mul(3 * spec.output.dtype.bytes() as u64);
    // A view's length is a 32-bit number.
    let limit = spec.limits.max_bytes.min(i32::MAX as u64);
    if needed > limit {
        return Err(DecodeError::TooManyBytes { needed, limit });
    }
    let mut pixels = vec![0; needed as usize];
    let plan = decoder.transform(bytes, index, spec, draw, &mut pixels)?;
    Ok((OwnSize { values: pixels, sides: [height, width, 0] }, plan))
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
