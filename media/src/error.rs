//! The errors of media files.
//!
//! The texts complete a sentence that the caller begins with the place (`train/cat/3.jpg: truncated: …`),
//! and are precise enough to find the spot with a hex editor.

use std::io;

use crate::{Kind, magic};

/// Why the facts of a media file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// No bytes at all: often a download that never began.
    #[error("empty: 0 bytes where {promised} was expected")]
    Empty {
        /// What was expected, in words.
        promised: String,
    },
    /// The first bytes are those of something else.
    #[error("not {promised}: begins with {found}")]
    WrongMagic {
        /// What the name or the column promised, in words.
        promised: String,
        /// The first bytes in hex and, where known, what they are.
        found: String,
    },
    /// The file ends too early.
    #[error("truncated: it breaks off at byte {at}; expected {expected}")]
    Truncated {
        /// The number of bytes there are.
        at: u64,
        /// What should follow at this byte.
        expected: String,
    },
    /// The file is as long as it should be, but contradicts its own format.
    #[error("damaged at byte {at}: {problem}")]
    Damaged {
        /// Offset of the contradiction in the file.
        at: u64,
        /// What was found and what was expected.
        problem: String,
    },
    /// It contradicts its own format, at a place that the parser doesn't tell.
    #[error("malformed: {0}")]
    Malformed(String),
    /// A container without a track of the kind that was requested.
    #[error("no {wanted} in this {format}, which holds {found}")]
    NoTrack {
        /// The kind that was requested.
        wanted: Kind,
        /// The container's format: `mp4`, `webm`.
        format: &'static str,
        /// What it holds instead, in words.
        found: String,
    },
    /// An image too large to be decoded safely.
    #[error("{width} x {height} is {} pixels, above the limit of {limit}", u64::from(*width) * u64::from(*height))]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit: [`crate::Limits::max_pixels`].
        limit: u64,
    },
    /// Audio that is too long to be decoded safely.
    #[error("decoding takes more than {limit} samples, the limit")]
    TooManySamples {
        /// The most samples of all channels, those that are decoded before the part that is wanted included.
        limit: u64,
    },
    /// Its headers and indexes go on for longer than those of any real file.
    #[error("no facts found in the first {limit} bytes of headers and indexes")]
    HeaderTooLong {
        /// The limit: [`crate::Limits::max_header_bytes`].
        limit: u64,
    },
    /// A stored index of a video's frames is damaged, or of another video.
    #[error("index of frames: {0}; make it again from the video, or decode without it")]
    FrameIndex(String),
    /// Recognised, but nothing here reads it.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// The decoder gave up on the compressed data.
    #[error("can't be decoded: {0}")]
    Decode(String),
    /// Raw pixels that are not as many as their shape says.
    #[error("{found} bytes of pixels where {expected} were expected ({width} x {height} x {channels})")]
    PixelCount {
        /// Number of bytes given.
        found: usize,
        /// Number of bytes that the shape needs.
        expected: u64,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Channels, of one byte each.
        channels: u32,
    },
    /// The bytes could not be read.
    #[error("the file can't be read")]
    Io(#[from] io::Error),
}

impl MediaError {
    pub(crate) fn empty(promised: &str) -> Self {
        Self::Empty { promised: promised.to_owned() }
    }

    pub(crate) fn wrong_magic(promised: &str, head: &[u8]) -> Self {
        Self::WrongMagic { promised: promised.to_owned(), found: magic::describe(head) }
    }

    pub(crate) fn truncated(at: u64, expected: impl Into<String>) -> Self {
        Self::Truncated { at, expected: expected.into() }
    }

    pub(crate) fn damaged(at: u64, problem: impl Into<String>) -> Self {
        Self::Damaged { at, problem: problem.into() }
    }
}
