//! WAV: walks the chunks to the samples.
//!
//! Read here rather than by `symphonia`, whose reader refuses files that every player opens (a wrong
//! length of the whole, more than 4 GiB) and computes with sizes before it checks them. A WAV is also the one
//! kind of audio file that says how many bytes of samples there are, so a truncated file can be detected.

use std::io::{Read, Seek};

use super::facts::AudioFacts;
use crate::MediaError;
use crate::source::Source;

/// Samples whose size is one of these were written to a pipe, before it was known.
const OPEN_SIZES: [std::ops::RangeInclusive<u64>; 2] = [0x7fff_f000..=0x7fff_ffff, 0xffff_ffff..=0xffff_ffff];

/// The fields of the `fmt` chunk.
#[derive(Clone, Debug, Default)]
struct SampleFormat {
    codec: String,
    channels: u32,
    sample_rate: u32,
    bytes_per_sec: u32,
    frame_bytes: u32,
}

/// Where the samples are, and what they are.
#[derive(Clone, Debug)]
struct Samples {
    format: SampleFormat,
    counted: Option<u32>,
    start: u64,
    data_bytes: u64,
}

/// Reads the facts of a whole WAV.
pub(super) fn read<R: Read + Seek>(source: &mut Source<R>) -> Result<AudioFacts, MediaError> {
    let Samples { format, counted, data_bytes, .. } = find(source)?;
    facts(format, data_bytes, counted)
}

/// Samples that are plain numbers.
#[derive(Clone, Debug)]
pub(super) struct Pcm {
    /// Channels, at least one.
    pub(super) channels: u32,
    /// Frames (a sample of each channel).
    pub(super) frames: u64,
    start: u64,
    sample_bytes: u64,
    read: fn(&[u8]) -> f32,
}

/// Finds the samples of a WAV.
pub(super) fn pcm<R: Read + Seek>(source: &mut Source<R>) -> Result<Pcm, MediaError> {
    let Samples { format, start, data_bytes, .. } = find(source)?;
    let (sample_bytes, read): (u64, fn(&[u8]) -> f32) = match format.codec.as_str() {
        "pcm_u8" => (1, |b| (f32::from(b[0]) - 128.0) / 128.0),
        "pcm_s16le" => (2, |b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0),
        "pcm_s24le" => (3, |b| i32::from_le_bytes([0, b[0], b[1], b[2]]) as f32 / 2_147_483_648.0),
        "pcm_s32le" => (4, |b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32 / 2_147_483_648.0),
        "pcm_f32le" => (4, |b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
        "pcm_f64le" => (8, |b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32),
        other => return Err(MediaError::Unsupported(format!("{other} in a WAV"))),
    };
    let channels = format.channels.max(1);
    let frames = data_bytes / (sample_bytes * u64::from(channels));
    Ok(Pcm { channels, frames, start, sample_bytes, read })
}

impl Pcm {
    /// The samples of `count` frames from `at` on, in order, as numbers from -1 to 1.
    pub(super) fn read<R: Read + Seek>(
        &self,
        source: &mut Source<R>,
        at: u64,
        count: u64,
    ) -> Result<Vec<f32>, MediaError> {
        let frame_bytes = self.sample_bytes * u64::from(self.channels);
        let count = count.min(self.frames.saturating_sub(at));
        let bytes = source.peek(self.start + at * frame_bytes, (count * frame_bytes) as usize)?;
        Ok(bytes.chunks_exact(self.sample_bytes as usize).map(self.read).collect())
    }
}

fn find<R: Read + Seek>(source: &mut Source<R>) -> Result<Samples, MediaError> {
    let mut format = None;
    // Of ADPCM, whose samples are not of equal size, this chunk counts them.
    let mut counted = None;
    // Sizes over 32 bits stand in a chunk of their own.
    let mut long_data_bytes = None;
    let mut at = 12;
    while source.len().saturating_sub(at) >= 8 {
        let mut head = [0; 8];
        source.fill(at, &mut head, || "a WAV chunk".to_owned())?;
        let [id @ .., s0, s1, s2, s3] = head;
        let (start, size) = (at + 8, u64::from(u32::from_le_bytes([s0, s1, s2, s3])));
        match &id {
            b"fmt " => format = Some(read_format(source, start)?),
            b"fact" => counted = Some(le32(&source.peek(start, 4)?, 0)),
            b"ds64" => {
                let sizes = source.peek(start, 16)?;
                long_data_bytes = Some(u64::from(le32(&sizes, 12)) << 32 | u64::from(le32(&sizes, 8)));
            }
            b"data" => {
                let format =
                    format.ok_or_else(|| MediaError::damaged(at, "samples before their format (fmt)"))?;
                let size = long_data_bytes.filter(|_| size == 0xffff_ffff).unwrap_or(size);
                let data_bytes = data_bytes(source, start, size)?;
                return Ok(Samples { format, counted, start, data_bytes });
            }
            _ => {}
        }
        at = start + size + size % 2;
    }
    Err(source.ends_before("a chunk of samples (data)"))
}

/// Bytes of samples there are; all that are promised must be there.
fn data_bytes<R: Read + Seek>(source: &Source<R>, start: u64, size: u64) -> Result<u64, MediaError> {
    let there = source.len() - start;
    if size <= there {
        return Ok(size);
    }
    if OPEN_SIZES.iter().any(|open| open.contains(&size)) {
        return Ok(there);
    }
    Err(source.ends_before(format!("{size} bytes of samples from byte {start} on")))
}

fn read_format<R: Read + Seek>(source: &mut Source<R>, start: u64) -> Result<SampleFormat, MediaError> {
    let mut head = [0; 16];
    source.fill(start, &mut head, || "the format of the WAV".to_owned())?;
    let bits = le32(&head, 12) >> 16;
    let tag = match le32(&head, 0) & 0xffff {
        // Extensible: the tag stands at the beginning of a UUID.
        0xfffe => le32(&source.peek(start + 24, 4)?, 0) & 0xffff,
        tag => tag,
    };
    Ok(SampleFormat {
        codec: codec_of(tag, bits),
        channels: le32(&head, 0) >> 16,
        sample_rate: le32(&head, 4),
        bytes_per_sec: le32(&head, 8),
        frame_bytes: le32(&head, 12) & 0xffff,
    })
}

fn facts(format: SampleFormat, data_bytes: u64, counted: Option<u32>) -> Result<AudioFacts, MediaError> {
    let SampleFormat { codec, channels, sample_rate, bytes_per_sec, frame_bytes } = format;
    if channels == 0 || sample_rate == 0 {
        return Err(MediaError::Malformed(format!("{sample_rate} Hz, {channels} channels of {codec}")));
    }
    let duration_secs = if codec.starts_with("pcm_") && frame_bytes > 0 {
        Some((data_bytes / u64::from(frame_bytes)) as f64 / f64::from(sample_rate))
    } else {
        let counted =
            counted.filter(|samples| *samples > 0).map(|samples| f64::from(samples) / f64::from(sample_rate));
        counted.or((bytes_per_sec > 0).then(|| data_bytes as f64 / f64::from(bytes_per_sec)))
    };
    Ok(AudioFacts {
        format: "wav",
        codec,
        sample_rate,
        channels,
        duration_secs: duration_secs.filter(|secs| *secs > 0.0),
    })
}

/// A codec by its number in RIFF files; `bits` is the size of a sample.
pub(crate) fn codec_of(tag: u32, bits: u32) -> String {
    match tag {
        0x01 if bits <= 8 => "pcm_u8".to_owned(),
        0x01 => format!("pcm_s{bits}le"),
        0x02 => "adpcm_ms".to_owned(),
        0x03 => format!("pcm_f{bits}le"),
        0x06 => "pcm_alaw".to_owned(),
        0x07 => "pcm_mulaw".to_owned(),
        0x11 => "adpcm_ima_wav".to_owned(),
        0x31 => "gsm_ms".to_owned(),
        0x50 => "mp2".to_owned(),
        0x55 => "mp3".to_owned(),
        0xff => "aac".to_owned(),
        0x2000 => "ac3".to_owned(),
        _ => format!("riff_{tag:04x}"),
    }
}

fn le32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}
