//! Signs of an audio file that breaks off.
//!
//! A player takes the end of the file for the end of the audio, so only what the file says about its own
//! length tells. A page of an Ogg gives its size, and most MP3s the bytes of all frames. Of a FLAC, `stream`
//! looks for the last frame; AAC says nothing.

use std::io::{Read, Seek};

use memchr::memmem;

use crate::MediaError;
use crate::magic::Format;
use crate::source::Source;

/// How far the duration that the header of a whole audio file gives can be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Length {
    /// The header or index gives it exactly.
    Given,
    /// It is estimated from the first frames.
    Guessed,
}

/// Compares what the file says about its length with its length.
pub(super) fn check<R: Read + Seek>(format: Format, source: &mut Source<R>) -> Result<Length, MediaError> {
    match format {
        Format::Ogg => check_ogg(source),
        Format::Mp3 => check_mp3(source),
        Format::Aac => Ok(Length::Guessed),
        _ => Ok(Length::Given),
    }
}

/// The last page must be whole.
fn check_ogg<R: Read + Seek>(source: &mut Source<R>) -> Result<Length, MediaError> {
    const LARGEST_PAGE_BYTES: usize = 27 + 255 + 255 * 255;
    // The first page holds nothing but the header of the first stream.
    let first = source.peek(28, 8)?;
    for (magic, name) in [
        (&b"Speex "[..], "Speex"),
        (b"\x80theora", "Theora, a video codec"),
        (b"BBCD", "Dirac, a video codec"),
    ] {
        if first.starts_with(magic) {
            return Err(MediaError::Unsupported(format!("an Ogg with {name}")));
        }
    }
    let from = source.len().saturating_sub(2 * LARGEST_PAGE_BYTES as u64);
    let tail = source.peek(from, 2 * LARGEST_PAGE_BYTES)?;
    let Some(page_at) = memmem::rfind(&tail, b"OggS") else {
        // Something else was appended.
        return Ok(Length::Given);
    };
    let page = &tail[page_at..];
    let segments = page.get(26).and_then(|count| page.get(27..27 + usize::from(*count)));
    let end = segments
        .map(|segments| 27 + segments.len() + segments.iter().map(|len| usize::from(*len)).sum::<usize>());
    if end.is_none_or(|end| end > page.len()) {
        return Err(source.ends_before(format!("the rest of the Ogg page at byte {}", from + page_at as u64)));
    }
    Ok(Length::Given)
}

/// The Xing (or VBRI) header in the first frame counts the frames, and their bytes.
fn check_mp3<R: Read + Seek>(source: &mut Source<R>) -> Result<Length, MediaError> {
    let head = source.peek(0, 256)?;
    if memmem::find(&head, b"VBRI").is_some() {
        return Ok(Length::Given);
    }
    let tag = memmem::find(&head, b"Xing").or_else(|| memmem::find(&head, b"Info"));
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let Some((tag, flags)) = tag.and_then(|tag| Some((tag, number(tag + 4)?))) else {
        return Ok(Length::Guessed);
    };
    let has_frames = flags & 1 != 0;
    let bytes = number(tag + if has_frames { 12 } else { 8 }).filter(|_| flags & 2 != 0 && flags < 16);
    match bytes.map(u64::from) {
        // Some programs count their own frame and the tags before it, some don't.
        Some(bytes) if bytes > source.file_len() => {
            Err(source.ends_before(format!("{bytes} bytes of frames, as its Xing header says")))
        }
        _ if has_frames => Ok(Length::Given),
        _ => Ok(Length::Guessed),
    }
}
