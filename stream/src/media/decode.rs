//! Decodes audio and videos of some rows of a batch.

use std::cell::Cell;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{Array, AsArray, BinaryViewArray, RecordBatch, StringArray};
use hub_dataset::Store;
use hub_decode::{AudioDecoder, ClipDecoder, ClipReader, ClipSource, DecodeError, Draw, ImageDecoder};
use tokio::runtime::Handle;

use super::blob::BlobReader;
use super::columns::Decoded;
use super::spec::MediaSpec;
use super::values::{OwnSize, Values};
use crate::apart;
use crate::panics;
use crate::problem::Problem;

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
) -> Result<bool, Problem> {
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
        Err(DecodeError::Format { format: "file", problem: panics::message(&*panic) })
    });
    if done.is_err() {
        part.blank(at);
    }
    done?;
    Ok(true)
}

async fn stored<'a>(
    bytes: &'a BinaryViewArray,
    paths: &'a StringArray,
    row: usize,
    store: &Store,
) -> Result<Stored<'a>, Problem> {
    if bytes.is_valid(row) {
        return Ok(Stored::Here(bytes.value(row)));
    }
    let path = apart::object(paths.value(row), "file")?;
    match store.head(&path).await? {
        Some(object) => {
            let reader = BlobReader::new(store.clone(), path, object.size_bytes, Handle::current());
            Ok(Stored::Apart(reader))
        }
        None => {
            // Its error says that the file is missing.
            store.need(&path).await?;
            let problem = format!("{path} wasn't there a moment ago");
            Err(DecodeError::Format { format: "file", problem }.into())
        }
    }
}

impl Value<'_> {
    fn decode<R: ClipReader + Send + Sync + Clone>(
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
                let source = ClipSource::new(reader, name);
                ClipDecoder::clip(&mut ImageDecoder::new()?, source, spec, draw, row).map(|_| ())
            }
            (MediaSpec::Clip(spec), Values::Sized(clips)) => {
                let source = ClipSource::new(reader, name);
                let (found, _) = ClipDecoder::sized(&mut ImageDecoder::new()?, source, spec, draw)?;
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
