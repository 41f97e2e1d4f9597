//! The top level of a file: its brand, its index, and its fragments.

use std::io::{Read, Seek};

use super::boxes::Box4;
use super::movie::Movie;
use crate::MediaError;
use crate::container::track::Container;
use crate::source::Source;

/// Reads the tracks of an MP4, M4A or QuickTime file.
pub(in crate::container) fn read<R: Read + Seek>(source: &mut Source<R>) -> Result<Container, MediaError> {
    let mut format = "mov";
    let mut movie: Option<Movie> = None;
    let mut has_data = false;
    let mut at = 0;
    while let Some(found) = Box4::top_level(source, at)? {
        match (&found.kind, &mut movie) {
            (b"ftyp", _) => format = brand(source, &found)?,
            (b"moov", None) => movie = Some(Movie::read(source, &found)?),
            (b"moof", Some(movie)) => {
                movie.add_fragment(source, &found)?;
                has_data = false;
            }
            (b"mdat", _) => has_data = true,
            _ => {}
        }
        at = found.end;
    }
    let Some(movie) = movie else {
        let after = if has_data { " after the media data" } else { "" };
        return Err(source.ends_before(format!("the index (moov){after}")));
    };
    if !has_data && movie.expects_data() {
        return Err(source.ends_before("the media data (mdat) after its index"));
    }
    Ok(Container { format, tracks: movie.tracks() })
}

fn brand<R: Read + Seek>(source: &mut Source<R>, ftyp: &Box4) -> Result<&'static str, MediaError> {
    Ok(match source.peek(ftyp.start, 4)?.as_slice() {
        b"qt  " => "mov",
        b"M4A " | b"M4B " => "m4a",
        _ => "mp4",
    })
}
