//! Probing a video.

use std::io::{Read, Seek};

use super::open::{check_size, open_video};
use crate::container::track::Track;
use crate::source::Source;
use crate::{Kind, Limits, MediaError};

/// Facts from a video's header.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoFacts {
    /// The container: `mp4`, `mov`, `webm`, `mkv`, `avi`.
    pub format: &'static str,
    /// How the frames are encoded: `h264`, `hevc`, `av1`, `vp8`, `vp9`, `mpeg4` …
    pub codec: String,
    /// Width in pixels, as encoded: before rotation and pixel aspect ratio.
    pub width: u32,
    /// Height in pixels, as encoded.
    pub height: u32,
    /// Frames a second, on average; of Matroska, what the header declares.
    pub fps: Option<f64>,
    /// Frames, where the file counts them.
    pub frames: Option<u64>,
    /// Length in seconds, where the file tells it.
    pub duration_secs: Option<f64>,
    /// The degrees, clockwise, 0 to 359, that the frames are turned by for display, where the file tells it.
    pub rotation: Option<u32>,
}

/// Reads the facts of a video.
///
/// `name` is what the video is called. It doesn't have to be right about the format, but an error says what
/// it promised.
pub fn probe_video<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
    limits: &Limits,
) -> Result<VideoFacts, MediaError> {
    let mut source = Source::new(reader, limits)?;
    let (container, _) = open_video(&mut source, name)?;
    let format = container.format;
    let track = container.first(Kind::Video)?;
    check_size(&track, limits)?;
    let Track { codec, width, height, fps, frames, duration_secs, rotation, .. } = track;
    Ok(VideoFacts { format, codec, width, height, fps, frames, duration_secs, rotation })
}
