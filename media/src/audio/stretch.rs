//! The samples of a stretch of an audio file, which may be hours into it.
//!
//! A WAV is read where the samples lie. Of other formats the reader seeks to a packet at or before the beginning, and packets
//! are decoded up to the end; nothing is kept but what `take` keeps.

use std::io::{Read, Seek};

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::{SeekMode, SeekTo, TrackType};
use symphonia::core::units::Timestamp;

use super::probe::find;
use super::reader::{self, from_symphonia};
use super::wav;
use crate::kind::promise;
use crate::magic::Format;
use crate::source::Source;
use crate::{Kind, Limits, MediaError};

/// Samples, of all channels, that are decoded: eleven minutes in stereo at 44.1 kHz, an hour of speech at 16 kHz.
const MAX_SAMPLES: u64 = 60_000_000;
/// Bytes that are read for it.
const MAX_BYTES: u64 = 512 << 20;
/// Samples of a WAV that are read at a time.
const READ_SAMPLES: u64 = 1 << 18;
/// Packets in a row that can't be decoded, after which the rest is taken to be no better.
const MAX_DAMAGED: u32 = 100;

/// A piece of the samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// The time of its first sample, from the beginning of the file.
    pub(super) at_secs: f64,
    /// Frames (a sample of each channel) a second.
    pub(super) sample_rate: u32,
    pub(super) channels: usize,
    /// Interleaved samples, from -1 to 1.
    pub(super) samples: &'a [f32],
}

/// Gives the samples from `from_secs` to `to_secs` to `take`, piece by piece; a little before and behind may be among them.
///
/// # Errors
/// The file is damaged, or nothing here decodes it ([`MediaError::Unsupported`]).
pub(super) fn each_piece<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
    (from_secs, to_secs): (f64, f64),
    mut take: impl FnMut(Piece<'_>),
) -> Result<(), MediaError> {
    let source = Source::new(reader, &Limits { max_header_bytes: MAX_BYTES, ..Limits::default() })?;
    let promised = promise(Kind::Audio, name);
    if source.len() == 0 {
        return Err(MediaError::empty(&promised));
    }
    let (format, mut source) = find(source, name, &promised)?;
    if format == Format::Wav {
        return of_wav(&mut source, (from_secs, to_secs), take);
    }
    let file_len = source.file_len();
    let mut reader = reader::open(format, source)?;
    let none = || MediaError::Malformed("no audio track that can be decoded".to_owned());
    let track = reader.default_track(TrackType::Audio).ok_or_else(none)?;
    let (id, time_base) = (track.id, track.time_base);
    let sound = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or_else(none)?;
    let sample_rate = sound.sample_rate.filter(|rate| *rate > 0).ok_or_else(none)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(sound, &AudioDecoderOptions::default())
        .map_err(|error| from_symphonia(error, file_len))?;
    let tick_secs = time_base.map_or(1.0 / f64::from(sample_rate), |base| {
        f64::from(base.numer.get()) / f64::from(base.denom.get())
    });
    if from_secs > 0.0 {
        // Where it can't seek, it decodes from the beginning.
        let ts = Timestamp::new((from_secs / tick_secs) as i64);
        let _ = reader.seek(SeekMode::Coarse, SeekTo::Timestamp { ts, track_id: id });
        decoder.reset();
    }
    let (mut samples, mut decoded, mut damaged) = (Vec::new(), 0u64, 0);
    // Most readers report the end of the file as an error.
    while let Ok(Some(packet)) = reader.next_packet() {
        if packet.track_id != id {
            continue;
        }
        let at_secs = packet.pts.get() as f64 * tick_secs;
        if at_secs >= to_secs || decoded >= MAX_SAMPLES || damaged >= MAX_DAMAGED {
            break;
        }
        let Ok(sound) = decoder.decode(&packet) else {
            damaged += 1;
            continue;
        };
        damaged = 0;
        let channels = sound.num_planes().max(1);
        sound.copy_to_vec_interleaved::<f32>(&mut samples);
        decoded += samples.len() as u64;
        take(Piece { at_secs, sample_rate, channels, samples: &samples });
    }
    if decoded == 0 && from_secs <= 0.0 {
        return Err(MediaError::Decode("it has no audio samples".to_owned()));
    }
    Ok(())
}

fn of_wav<R: Read + Seek>(
    source: &mut Source<R>,
    (from_secs, to_secs): (f64, f64),
    mut take: impl FnMut(Piece<'_>),
) -> Result<(), MediaError> {
    let sample_rate = wav::read(source)?.sample_rate;
    let pcm = wav::pcm(source)?;
    let channels = u64::from(pcm.channels);
    let frame = |secs: f64| (secs.max(0.0) * f64::from(sample_rate)) as u64;
    let (mut at, end) = (frame(from_secs), frame(to_secs).min(pcm.frames));
    let end = end.min(at.saturating_add(MAX_SAMPLES / channels));
    let each = (READ_SAMPLES / channels).max(1);
    while at < end {
        let samples = pcm.read(source, at, each.min(end - at))?;
        if samples.is_empty() {
            break;
        }
        let at_secs = at as f64 / f64::from(sample_rate);
        take(Piece { at_secs, sample_rate, channels: pcm.channels as usize, samples: &samples });
        at += samples.len() as u64 / channels;
    }
    Ok(())
}
