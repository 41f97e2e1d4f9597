//! Decodes audio and videos of some rows of a batch.

use std::cell::Cell;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch, StringArray};
use hub_dataset::{Store, layout};
use hub_decode::{AudioDecoder, ClipDecoder, DecodeError, Draw, ImageDecoder};
use hub_schema::ContentHash;
use tokio::runtime::Handle;

use super::blob::BlobReader;
use super::columns::Decoded;
use super::spec::MediaSpec;
use super::values::{OwnSize, Values};

thread_local! {
    /// A decoder that this thread has used before: its resamplers are prepared.
    static AUDIO: Cell<Option<AudioDecoder>> = const { Cell::new(None) };
}

/// Lends a decoder. After a panic it is dropped: what state it is in is not known.
fn with_audio<T>(work: impl FnOnce(&mut AudioDecoder) -> T) -> T {
    let mut decoder = AUDIO.take().unwrap_or_default();
    let done = work(&mut decoder);
    AUDIO.set(Some(decoder));
    done
}

/// Why a value isn't decoded.
#[derive(Debug)]
pub enum MediaProblem {
    Decode(DecodeError),
    /// A sample that is an object of its own can't be read.
    Store(hub_dataset::Error),
}

/// Where a value is.
enum Stored<'a> {
    Here(&'a [u8]),
    /// An object of its own, of which the parts are read that are needed.
    Apart(BlobReader),
}

/// A value to be decoded.
struct Value<'a> {
    spec: &'a MediaSpec,
    /// What it is called.
    name: &'a str,
    draw: Draw,
    /// Its place in the part.
    at: usize,
}

/// Decodes the value of a row into its place `at` in a part, which keeps its zeros where that fails. Whether there was one.
pub async fn decode(
    decoded: &Decoded,
    batch: &RecordBatch,
    (row, at): (usize, usize),
    draw: Draw,
    store: &Store,
    part: &mut Values,
) -> Result<bool, MediaProblem> {
    let column = batch.column(decoded.place);
    let members = column.as_struct_opt().filter(|column| column.is_valid(row));
    let bytes = members.and_then(|column| column.column_by_name("bytes")?.as_binary_view_opt());
    let paths = members.and_then(|column| column.column_by_name("path")?.as_string_opt());
    let (Some(bytes), Some(paths)) = (bytes, paths) else { return Ok(false) };
    let stored = stored(bytes, paths, row, store).await?;
    let name = if paths.is_valid(row) { paths.value(row) } else { "" };
    let value = Value { spec: &decoded.spec, name, draw, at };
    let done = catch_unwind(AssertUnwindSafe(|| match stored {
        Stored::Here(bytes) => value.decode(Cursor::new(bytes), part),
        Stored::Apart(blob) => value.decode(blob, part),
    }));
    // A decoder may panic on damaged bytes.
    let done = done.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(DecodeError::Format { format: "file", problem: format!("the decoder panicked: {text}") })
    });
    if done.is_err() {
        part.blank(at);
    }
    done.map(|()| true).map_err(MediaProblem::Decode)
}

async fn stored<'a>(
    bytes: &'a BinaryViewArray,
    paths: &'a StringArray,
    row: usize,
    store: &Store,
) -> Result<Stored<'a>, MediaProblem> {
    if bytes.is_valid(row) {
        return Ok(Stored::Here(bytes.value(row)));
    }
    let path = paths.value(row);
    let hash = path.strip_prefix(layout::BLOBS).and_then(|hash| hash.strip_prefix('/')?.parse().ok());
    let Some(hash): Option<ContentHash> = hash else {
        let problem =
            format!("it has no bytes, and its path '{path}' is none of a sample that is stored apart");
        return Err(MediaProblem::Decode(DecodeError::Format { format: "file", problem }));
    };
    let path = layout::blob(hash);
    match store.head(&path).await.map_err(MediaProblem::Store)? {
        Some(object) => {
            let reader = BlobReader::new(store.clone(), path, object.size_bytes, Handle::current());
            Ok(Stored::Apart(reader))
        }
        None => {
            // Its error says that the file is missing.
            store.need(&path).await.map_err(MediaProblem::Store)?;
            let problem = format!("{path} wasn't there a moment ago");
            Err(MediaProblem::Decode(DecodeError::Format { format: "file", problem }))
        }
    }
}

impl Value<'_> {
    fn decode<R: Read + Seek + Send + Sync + Clone>(
        &self,
        reader: R,
        part: &mut Values,
    ) -> Result<(), DecodeError> {
        let Self { name, draw, at, .. } = *self;
        match (self.spec, part) {
            (MediaSpec::Audio(spec), Values::Fixed { bytes, row_bytes }) => {
                let row = bytes.get_mut(at * *row_bytes..(at + 1) * *row_bytes).unwrap_or_default();
                with_audio(|decoder| decoder.clip(reader, name, spec, draw, row))
            }
            (MediaSpec::Audio(spec), Values::Sized(sounds)) => {
                let found = with_audio(|decoder| decoder.whole(reader, name, spec))?;
                // A view's length is a 32-bit number.
                if found.samples.len() > i32::MAX as usize {
                    let (needed, limit) = (found.samples.len() as u64, i32::MAX as u64);
                    return Err(DecodeError::TooManyBytes { needed, limit });
                }
                let sides = [spec.channels.count() as u32, found.frames as u32, 0];
                put(sounds, at, OwnSize { bytes: found.samples, sides });
                Ok(())
            }
            (MediaSpec::Clip(spec), Values::Fixed { bytes, row_bytes }) => {
                let row = bytes.get_mut(at * *row_bytes..(at + 1) * *row_bytes).unwrap_or_default();
                ClipDecoder::clip(&mut ImageDecoder::new()?, reader, name, spec, draw, row)
            }
            (MediaSpec::Clip(spec), Values::Sized(clips)) => {
                let found = ClipDecoder::sized(&mut ImageDecoder::new()?, reader, name, spec, draw)?;
                let sides = [spec.frames, found.height, found.width];
                put(clips, at, OwnSize { bytes: found.pixels, sides });
                Ok(())
            }
        }
    }
}

fn put(values: &mut [OwnSize], at: usize, value: OwnSize) {
    if let Some(to) = values.get_mut(at) {
        *to = value;
    }
}
