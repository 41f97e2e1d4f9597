//! Probing audio: which format it is, and who reads it.

use std::io::{Read, Seek};

use super::facts::AudioFacts;
use super::{stream, truncation, wav};
use crate::container::open::open;
use crate::container::track::{Container, Track};
use crate::kind::promise;
use crate::magic::{self, Format, Magic};
use crate::source::Source;
use crate::{Kind, Limits, MediaError};

/// Reads the facts of an audio file.
///
/// `name` is what the audio file is called. It doesn't have to be right about the format (an MP3 named
/// `.wav` is read as an MP3), but an error says what it promised.
pub fn probe_audio<R: Read + Seek + Send + Sync>(
    reader: R,
    name: &str,
    limits: &Limits,
) -> Result<AudioFacts, MediaError> {
    let source = Source::new(reader, limits)?;
    let promised = promise(Kind::Audio, name);
    if source.len() == 0 {
        return Err(MediaError::empty(&promised));
    }
    let (format, mut source) = find(source, name, &promised)?;
    if let Some(container) = open(format, &mut source) {
        return from_container(container?);
    }
    if format == Format::Wav {
        return wav::read(&mut source);
    }
    let length = truncation::check(format, &mut source)?;
    stream::read(format, source, length)
}

/// The format, and the audio file without the ID3 tags that may stand before it.
pub(super) fn find<R: Read + Seek>(
    mut source: Source<R>,
    name: &str,
    promised: &str,
) -> Result<(Format, Source<R>), MediaError> {
    const HEAD_BYTES: usize = 300;
    let mut head = source.peek(0, HEAD_BYTES)?;
    let mut is_stream = has_stream_name(name);
    while let Some(tag_bytes) = id3_bytes(&head) {
        source = source.starting_at(tag_bytes)?;
        head = source.peek(0, HEAD_BYTES)?;
        is_stream = true;
    }
    if head.is_empty() {
        return Err(source.ends_before("audio after its ID3 tags"));
    }
    match magic::find(&head) {
        Some(Magic { format: Some(format), .. }) if format.kind() != Kind::Image => Ok((format, source)),
        // MP3 and AAC may begin in the middle of anything; their reader looks for the first frame.
        None if is_stream => Ok((Format::Mp3, source)),
        _ => Err(MediaError::wrong_magic(promised, &head)),
    }
}

fn has_stream_name(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    ["mp3", "aac"].iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// Length of the ID3v2 tag that this is the head of.
fn id3_bytes(head: &[u8]) -> Option<u64> {
    let &[b'I', b'D', b'3', _, _, flags, s3, s2, s1, s0, ..] = head else {
        return None;
    };
    // Seven bits a byte.
    let size = [s3, s2, s1, s0].iter().fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    Some(10 + size + footer)
}

fn from_container(container: Container) -> Result<AudioFacts, MediaError> {
    let format = container.format;
    let Track { codec, sample_rate, channels, duration_secs, .. } = container.first(Kind::Audio)?;
    if sample_rate == 0 || channels == 0 {
        return Err(MediaError::Malformed(format!("{sample_rate} Hz, {channels} channels of {codec}")));
    }
    Ok(AudioFacts { format, codec, sample_rate, channels, duration_secs })
}
