//! What is made of a video: plain data, for Rust and Python alike.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::backend::VideoBackend;
use crate::audio::Start;
use crate::error::DecodeError;
use crate::transform::ImageSpec;

/// The most frames of a clip.
const MAX_FRAMES: u32 = 100_000;

/// What is made of an encoded video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipSpec {
    /// Frames of the clip. Of a video that is shorter, the last frame is repeated.
    pub frames: u32,
    /// Every frame (1), every second, …
    pub stride: u32,
    /// Where the clip begins: anywhere from which on it is in the video (a function of seed, epoch and row), at the
    /// beginning, or with the frame that is shown at a time in seconds.
    pub start: Start,
    /// What becomes of each frame. What is random is the same for all frames of a clip.
    pub image: ImageSpec,
    /// Bounds on decoding.
    pub limits: ClipLimits,
    /// What decodes the frames. Default: FFmpeg's libraries if they are built in, else the program.
    #[serde(skip_serializing_if = "VideoBackend::is_auto")]
    pub backend: VideoBackend,
    /// The `ffmpeg` program: a name that is looked for, or a path. Default: `ffmpeg`.
    pub ffmpeg: PathBuf,
}

/// Bounds on decoding a clip of one video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClipLimits {
    /// Bytes of the encoded frames that are decoded for it, and of its pixels before they are transformed. Default: 2 GiB.
    pub max_bytes: u64,
    /// Seconds that decoding may take. Default: 60.
    pub max_seconds: u64,
}

impl Default for ClipLimits {
    fn default() -> Self {
        Self { max_bytes: 2 << 30, max_seconds: 60 }
    }
}

impl Default for ClipSpec {
    fn default() -> Self {
        Self {
            frames: 16,
            stride: 1,
            start: Start::Random,
            image: ImageSpec::default(),
            limits: ClipLimits::default(),
            backend: VideoBackend::default(),
            ffmpeg: PathBuf::from("ffmpeg"),
        }
    }
}

impl ClipSpec {
    /// # Errors
    /// [`DecodeError::Spec`] with the first field that makes no sense.
    pub fn check(&self) -> Result<(), DecodeError> {
        if !(1..=MAX_FRAMES).contains(&self.frames) {
            return Err(DecodeError::spec("frames", self.frames, "1 to 100000"));
        }
        if self.stride == 0 {
            return Err(DecodeError::spec("stride", self.stride, "1 for every frame, 2 for every second, …"));
        }
        if let Start::At(seconds) = self.start
            && !(0.0..=1e9).contains(&seconds)
        {
            return Err(DecodeError::spec("start", seconds, "seconds from 0"));
        }
        self.image.check()
    }
}
