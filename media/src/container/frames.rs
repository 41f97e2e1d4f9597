//! Reads the frames of a container by its format.

use std::io::{Read, Seek};

use super::frame_track::FrameTrack;
use super::{avi, matroska_frames, mp4};
use crate::MediaError;
use crate::magic::Format;
use crate::source::Source;

/// The frames of the first video track.
pub(crate) fn frames<R: Read + Seek>(
    format: Format,
    source: &mut Source<R>,
) -> Result<FrameTrack, MediaError> {
    match format {
        Format::Mp4 | Format::M4a => mp4::frames::frames(source),
        Format::Matroska => matroska_frames::frames(source),
        Format::Avi => avi::frames(source),
        _ => Err(MediaError::Unsupported("videos in this container".to_owned())),
    }
}
