//! Decodes frames by FFmpeg's libraries in this process, or by the `ffmpeg` program.

use std::io::{Read, Seek};
use std::path::PathBuf;
use std::time::Duration;

use hub_media::{FfmpegError, FrameIndex, VideoDecoder, VideoFrames};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ffmpeg")]
use super::library;

/// What decodes the frames of videos. Their pixels are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoBackend {
    /// The libraries, if this was built with the cargo feature `ffmpeg` and they know the codec; else the program.
    #[default]
    Auto,
    /// FFmpeg's libraries, in this process.
    Library,
    /// The `ffmpeg` program: a process for each clip, which can be killed and whose memory is its own.
    Program,
}

impl VideoBackend {
    /// It isn't written then, so that the states of streams are those of versions without it.
    pub(super) fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

/// The version of FFmpeg's libraries in this process; `None`: this was built without the cargo feature `ffmpeg`, and videos are
/// decoded by the `ffmpeg` program.
pub fn ffmpeg_library() -> Option<String> {
    #[cfg(feature = "ffmpeg")]
    return Some(library::version());
    #[cfg(not(feature = "ffmpeg"))]
    None
}

/// Decodes frames of videos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameDecoder {
    /// What decodes them.
    pub backend: VideoBackend,
    /// The `ffmpeg` program: a name that is looked for, or a path.
    pub program: PathBuf,
    /// How long one call may take. The libraries look at it between frames.
    pub limit: Duration,
    /// Bytes of encoded frames, and of pixels, of one call.
    pub max_bytes: u64,
}

impl FrameDecoder {
    /// Decodes frames of a video: the places of those that are wanted among those that are shown, rising, from 0.
    ///
    /// # Errors
    /// The video is damaged there, exceeds the limits, or there is nothing that decodes it.
    pub fn decode<R: Read + Seek>(
        &self,
        reader: &mut R,
        index: &FrameIndex,
        wanted: &[u32],
    ) -> Result<VideoFrames, FfmpegError> {
        if self.backend != VideoBackend::Program
            && let Some(frames) = self.decode_here(reader, index, wanted)?
        {
            return Ok(frames);
        }
        if self.backend == VideoBackend::Library {
            let codec = index.codec().id;
            return Err(FfmpegError::Refused(match ffmpeg_library() {
                Some(version) => {
                    format!("FFmpeg's libraries {version} aren't used for {codec}; the program may be")
                }
                None => "this was built without FFmpeg's libraries (the cargo feature `ffmpeg`)".to_owned(),
            }));
        }
        let program = self.program.clone();
        VideoDecoder { program, limit: self.limit, max_bytes: self.max_bytes }.decode(reader, index, wanted)
    }

    #[cfg(feature = "ffmpeg")]
    fn decode_here<R: Read + Seek>(
        &self,
        reader: &mut R,
        index: &FrameIndex,
        wanted: &[u32],
    ) -> Result<Option<VideoFrames>, FfmpegError> {
        library::decode(reader, index, wanted, (self.limit, self.max_bytes))
    }

    #[cfg(not(feature = "ffmpeg"))]
    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    fn decode_here<R: Read + Seek>(
        &self,
        _: &mut R,
        _: &FrameIndex,
        _: &[u32],
    ) -> Result<Option<VideoFrames>, FfmpegError> {
        Ok(None)
    }
}
