//! Opens a container by its format.

use std::io::{Read, Seek};

use super::track::Container;
use super::{avi, matroska, mp4};
use crate::MediaError;
use crate::magic::Format;
use crate::source::Source;

/// Reads the tracks of a container; none if the format isn't one.
pub(crate) fn open<R: Read + Seek>(
    format: Format,
    source: &mut Source<R>,
) -> Option<Result<Container, MediaError>> {
    match format {
        Format::Mp4 | Format::M4a => Some(mp4::read::read(source)),
        Format::Matroska => Some(matroska::read(source)),
        Format::Avi => Some(avi::read(source)),
        _ => None,
    }
}
