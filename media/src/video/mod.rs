//! Films.

use std::io::{Read, Seek};

use crate::{Limits, MediaError};

/// What a film's header says.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoFacts {
    /// The container: `mp4`, `mov`, `webm`, `mkv`, `avi`.
    pub format: &'static str,
    /// How the pictures are encoded: `h264`, `hevc`, `av1`, `vp8`, `vp9`.
    pub codec: String,
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Frames a second, on average.
    pub fps: Option<f64>,
    /// Frames, where an index counts them.
    pub frames: Option<u64>,
    /// Length in seconds, where the file tells it.
    pub duration_secs: Option<f64>,
}

/// Reads the facts of a film; `name` is only used in messages.
pub fn probe_video<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
    limits: &Limits,
) -> Result<VideoFacts, MediaError> {
    let _ = (reader, name, limits);
    Err(MediaError::Unsupported("video".into()))
}
