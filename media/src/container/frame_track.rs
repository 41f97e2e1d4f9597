//! The frames of a container's video track, in the order in which they are decoded.

use std::ops::Range;

use crate::MediaError;

/// The most frames of a video: 38 hours at 30 a second.
pub(crate) const MAX_FRAMES: usize = 1 << 22;

/// What a decoder needs of a video track.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FrameTrack {
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
    pub(crate) setup: Setup,
    pub(crate) ticks_per_sec: u64,
    /// In the order of decoding.
    pub(crate) frames: Vec<Frame>,
    /// The ticks that are played, where an edit list says so.
    pub(crate) played: Option<Range<i64>>,
    /// Frames say when they are shown. Those of an AVI don't.
    pub(crate) is_timed: bool,
    /// H.264, which counts its reference frames: none may be left out.
    pub(crate) is_counted: bool,
}

/// How the decoder is set up, in Matroska's terms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setup {
    /// The codec's id and private data.
    Codec {
        id: String,
        private: Vec<u8>,
        /// Matrix, transfer function and primaries, as MP4 and Matroska number them, and whether the range is full.
        colour: Option<([u16; 3], bool)>,
    },
    /// The entry of the track, with this number.
    Entry { bytes: Vec<u8>, number: u64 },
}

impl Default for Setup {
    fn default() -> Self {
        Self::Codec { id: String::new(), private: Vec::new(), colour: None }
    }
}

/// A frame: where its bytes are, and when it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Offset of its bytes in the file.
    pub offset: u64,
    /// Number of its bytes.
    pub size: u32,
    /// When it is shown, in ticks of its track.
    pub pts: i64,
    /// Nothing before it is needed to decode it and what is shown after it.
    pub is_key: bool,
    /// It is decoded and never shown: only later frames are made from it.
    pub is_hidden: bool,
    /// What its bytes must give, where the index was stored: the lower half of their CRC-32.
    pub checksum: Option<u16>,
}

impl Frame {
    /// # Errors
    /// A video of `len` bytes ends before the frame does.
    pub fn check_end(&self, len: u64) -> Result<(), MediaError> {
        match self.offset.checked_add(self.size.into()) {
            Some(end) if end <= len => Ok(()),
            _ => Err(MediaError::truncated(len, format!("a frame at byte {}", self.offset))),
        }
    }

    /// # Errors
    /// The bytes aren't those of the frame when the index was made.
    pub fn check_bytes(&self, bytes: &[u8]) -> Result<(), MediaError> {
        match self.checksum {
            Some(expected) if expected != checksum(bytes) => Err(MediaError::FrameIndex(format!(
                "the frame at byte {} isn't the one that it was made of",
                self.offset
            ))),
            _ => Ok(()),
        }
    }
}

/// The lower half of the CRC-32 of a frame's bytes.
pub(crate) fn checksum(bytes: &[u8]) -> u16 {
    crc32fast::hash(bytes) as u16
}

/// Adds a frame, of a reasonable number.
pub(super) fn push(frames: &mut Vec<Frame>, frame: Frame) -> Result<(), MediaError> {
    if frames.len() >= MAX_FRAMES {
        return Err(MediaError::Unsupported(format!("a video of more than {MAX_FRAMES} frames")));
    }
    frames.push(frame);
    Ok(())
}
