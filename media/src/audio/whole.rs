//! Signs of a recording that breaks off.
//!
//! A player takes the end of the file for the end of the music, so only what the file says about its own
//! length tells. WAV gives the bytes of its samples, an Ogg page its own size, and most MP3s the bytes of
//! all frames. FLAC and AAC say nothing.

use std::io::{Read, Seek};

use memchr::memmem;

use crate::MediaError;
use crate::magic::Format;
use crate::source::Source;

/// Compares what the file says about its length with its length.
pub(super) fn check<R: Read + Seek>(format: Format, source: &mut Source<R>) -> Result<(), MediaError> {
    match format {
        Format::Wav => check_wav(source),
        Format::Ogg => check_ogg(source),
        Format::Mp3 => check_mp3(source),
        _ => Ok(()),
    }
}

/// Chunks to `data`, which must lie inside.
fn check_wav<R: Read + Seek>(source: &mut Source<R>) -> Result<(), MediaError> {
    let mut at = 12;
    while source.len().saturating_sub(at) >= 8 {
        let mut head = [0; 8];
        source.fill(at, &mut head, || "a WAV chunk".to_owned())?;
        let [id @ .., s0, s1, s2, s3] = head;
        let size = u32::from_le_bytes([s0, s1, s2, s3]);
        let end = at + 8 + u64::from(size);
        if id == *b"data" {
            // All ones: written to a pipe, length unknown.
            if size != u32::MAX && end > source.len() {
                return Err(source.ends_before(format!("{size} bytes of samples from byte {} on", at + 8)));
            }
            return Ok(());
        }
        at = end + end % 2;
    }
    Err(source.ends_before("a chunk of samples (data)"))
}

/// The last page must be whole.
fn check_ogg<R: Read + Seek>(source: &mut Source<R>) -> Result<(), MediaError> {
    const LARGEST_PAGE_BYTES: usize = 27 + 255 + 255 * 255;
    let from = source.len().saturating_sub(2 * LARGEST_PAGE_BYTES as u64);
    let tail = source.peek(from, 2 * LARGEST_PAGE_BYTES)?;
    let Some(page_at) = memmem::rfind(&tail, b"OggS") else {
        // Something else was appended.
        return Ok(());
    };
    let page = &tail[page_at..];
    let segments = page.get(26).and_then(|count| page.get(27..27 + usize::from(*count)));
    let end = segments
        .map(|segments| 27 + segments.len() + segments.iter().map(|len| usize::from(*len)).sum::<usize>());
    if end.is_none_or(|end| end > page.len()) {
        return Err(source.ends_before(format!("the rest of the Ogg page at byte {}", from + page_at as u64)));
    }
    Ok(())
}

/// The Xing header in the first frame gives the bytes of all frames.
fn check_mp3<R: Read + Seek>(source: &mut Source<R>) -> Result<(), MediaError> {
    /// As long as the longest frame: what a count may be off by.
    const FRAME_BYTES: u64 = 2881;
    let head = source.peek(0, 256)?;
    let tag = memmem::find(&head, b"Xing").or_else(|| memmem::find(&head, b"Info"));
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let Some((tag, flags)) = tag.and_then(|tag| Some((tag, number(tag + 4)?))) else {
        return Ok(());
    };
    let bytes = number(tag + if flags & 1 != 0 { 12 } else { 8 }).filter(|_| flags & 2 != 0 && flags < 16);
    match bytes.map(u64::from) {
        Some(bytes) if bytes > source.len() + FRAME_BYTES => {
            Err(source.ends_before(format!("{bytes} bytes of frames, as its Xing header says")))
        }
        _ => Ok(()),
    }
}
