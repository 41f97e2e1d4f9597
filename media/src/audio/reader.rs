//! `symphonia`'s readers, one for what the magic number says.
//!
//! Its default probe looks for every format it knows anywhere in the first megabyte, so it may find something inside
//! the cover image of an MP3. Here the format is already known from the magic number.

use std::io::{Read, Seek};

use symphonia::core::errors::Error;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::default::formats::{AdtsReader, FlacReader, IsoMp4Reader, MkvReader, MpaReader, OggReader};

use crate::MediaError;
use crate::magic::Format;
use crate::source::{Source, explain};

/// Opens an audio file of this format.
pub(super) fn open<'s, R: Read + Seek + Send + Sync + 's>(
    format: Format,
    source: Source<R>,
) -> Result<Box<dyn FormatReader + 's>, MediaError> {
    let mut probe = Probe::default();
    match format {
        Format::Mp4 | Format::M4a => probe.register_format::<IsoMp4Reader<'_>>(),
        Format::Matroska => probe.register_format::<MkvReader<'_>>(),
        // A stream is what its frames are, which may be another one than its first bytes seemed.
        _ => {
            probe.register_format::<AdtsReader<'_>>();
            probe.register_format::<FlacReader<'_>>();
            probe.register_format::<MpaReader<'_>>();
            probe.register_format::<OggReader<'_>>();
        }
    }
    let file_len = source.file_len();
    let stream = MediaSourceStream::new(Box::new(source), Default::default());
    probe
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|error| from_symphonia(error, file_len))
}

/// An error of `symphonia`; `file_len` is the file's length.
pub(super) fn from_symphonia(error: Error, file_len: u64) -> MediaError {
    match error {
        Error::IoError(error) => explain(error, file_len),
        // Nothing in the first megabyte that looks like a frame.
        Error::Unsupported(what) if what.starts_with("core (probe)") => {
            MediaError::Malformed("no audio frames found".to_owned())
        }
        Error::Unsupported(what) => MediaError::Unsupported(what.to_owned()),
        error => MediaError::Malformed(error.to_string()),
    }
}
