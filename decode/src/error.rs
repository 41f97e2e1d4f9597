//! The errors of decoding. The texts complete a sentence that the caller begins with the place (`row 12: …`).

use hub_media::{FfmpegError, MediaError};

use crate::rect::Rect;

/// Why an image can't be decoded or transformed.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// libjpeg-turbo's error.
    #[error("not a decodable JPEG: {0}")]
    Jpeg(String),
    /// The JPEG's data end before its last row, and libjpeg would fill the rest with grey.
    #[error("truncated: the JPEG's data end before its last row ({0})")]
    Truncated(String),
    /// Another format's decoder failed.
    #[error("not a decodable {format}: {problem}")]
    Format {
        /// `png`, `webp`, …
        format: &'static str,
        /// The decoder's words.
        problem: String,
    },
    /// `ffmpeg` can't decode a video or audio in Opus, or there is no such program.
    #[error("{}", describe(.0))]
    Ffmpeg(#[source] FfmpegError),
    /// The header is not one of an image that can be decoded.
    #[error(transparent)]
    Header(#[from] MediaError),
    /// Too large to be decoded safely.
    #[error("{width} x {height} is {} pixels, above the limit of {limit}", u64::from(*width) * u64::from(*height))]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// [`crate::Limits::max_pixels`].
        limit: u64,
    },
    /// More memory than allowed.
    #[error("decoding takes {needed} bytes of memory, above the limit of {limit}")]
    TooManyBytes {
        /// An estimate from the header.
        needed: u64,
        /// [`crate::Limits::max_bytes`].
        limit: u64,
    },
    /// A progressive JPEG with more scans than any encoder writes.
    #[error("more than {limit} scans; raise the limit if the file can be trusted")]
    TooManyScans {
        /// [`crate::Limits::max_scans`].
        limit: u32,
    },
    /// The index of entry points is damaged, of another JPEG, or doesn't fit the scan.
    #[error("index of entry points: {0}; make it again from the JPEG, or decode without it")]
    Index(String),
    /// A region that isn't inside the image.
    #[error("region {region:?} is empty or outside the image of {width} x {height}")]
    Region {
        /// In pixels of the image, scaled if a scale was requested.
        region: Rect,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// A mask that doesn't fit its image, or can't be decoded.
    #[error("mask: {0}")]
    Mask(String),
    /// What another column says of the image can't be moved along with it.
    #[error("'{column}' can't move along: {problem}")]
    Annotation {
        /// Name of the column.
        column: String,
        /// What is wrong with its value.
        problem: String,
    },
    /// A transform that makes no sense.
    #[error("{field}: found {found}, expected {expected}")]
    Spec {
        /// The field of the specification.
        field: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A buffer of the wrong size.
    #[error("the output buffer has {found} bytes, expected {expected} ({height} x {width} x 3 values)")]
    OutputSize {
        /// Bytes.
        found: usize,
        /// Bytes.
        expected: usize,
        /// Pixels of the result.
        width: u32,
        /// Pixels of the result.
        height: u32,
    },
}

fn describe(error: &FfmpegError) -> String {
    match error {
        FfmpegError::NoProgram { program } => format!(
            "videos, and audio in Opus, are decoded by the program ffmpeg, and '{}' was not found; install it, or set \
             HUB_FFMPEG to its path",
            program.display()
        ),
        FfmpegError::Media(error) => error.to_string(),
        error => format!("not decodable by ffmpeg: {error}"),
    }
}

impl DecodeError {
    pub(crate) fn spec(field: &'static str, found: impl std::fmt::Debug, expected: &'static str) -> Self {
        Self::Spec { field, found: format!("{found:?}"), expected }
    }
}
