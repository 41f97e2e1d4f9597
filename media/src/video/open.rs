//! Opens the container of a video.

use std::io::{Read, Seek};

use crate::container::open::open;
use crate::container::track::{Container, Track};
use crate::kind::promise;
use crate::magic::{self, Format};
use crate::source::Source;
use crate::{Kind, Limits, MediaError};

/// The container of a video, and its format. `name` is what the video is called, for what an error says it promised.
pub(super) fn open_video<R: Read + Seek>(
    source: &mut Source<R>,
    name: &str,
) -> Result<(Container, Format), MediaError> {
    let promised = promise(Kind::Video, name);
    if source.len() == 0 {
        return Err(MediaError::empty(&promised));
    }
    let head = source.peek(0, 300)?;
    let format = magic::find(&head).and_then(|magic| magic.format);
    let opened = format.and_then(|format| Some((open(format, source)?, format)));
    let (container, format) = opened.ok_or_else(|| MediaError::wrong_magic(&promised, &head))?;
    Ok((container?, format))
}

/// Whether a track's frames have pixels, and not too many.
pub(super) fn check_size(track: &Track, limits: &Limits) -> Result<(), MediaError> {
    let (width, height, codec) = (track.width, track.height, &track.codec);
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(MediaError::TooManyPixels { width, height, limit: limits.max_pixels });
    }
    if width == 0 || height == 0 {
        return Err(MediaError::Malformed(format!("{width} x {height} pixels of {codec}")));
    }
    Ok(())
}
