//! The envelope of an audio file: the minimum and maximum sample of each of many equal stretches.
//!
//! The audio file is decoded packet by packet, and of each packet nothing is kept but its extremes, in an
//! [`Envelope`] of constant size. How long it is need not be known: when the envelope is full, its stretches are
//! merged two by two, and each is from then on twice as long.
//!
//! Decoding costs time that grows with the length, so it ends after [`MAX_SAMPLES`]. Why not look here and there
//! in all of it: most formats can't be seeked without reading up to there, and a waveform of the first minutes that
//! shows where it ends is worth more than one that may have missed every loud moment.

use std::io::{Read, Seek};

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::{FormatReader, TrackType};

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

/// Stretches that an envelope has at most; twice the widest image.
const MAX_STRETCHES: usize = 4096;

/// The least and the greatest sample of a stretch, of all channels.
pub(crate) type Extremes = (f32, f32);

/// The extremes of stretches of equal length.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Envelope {
    stretches: Vec<Extremes>,
    /// Frames (a sample of each channel) in a stretch.
    each: u64,
    last: Option<Extremes>,
    in_last: u64,
}

impl Default for Envelope {
    fn default() -> Self {
        Self { stretches: Vec::with_capacity(MAX_STRETCHES), each: 1, last: None, in_last: 0 }
    }
}

impl Envelope {
    /// Takes in interleaved samples of so many channels.
    pub(crate) fn push(&mut self, samples: &[f32], channels: usize) {
        for frame in samples.chunks_exact(channels.max(1)) {
            // NaN counts as silence.
            let audible = frame.iter().copied().filter(|sample| sample.is_finite());
            let extremes = audible.fold((0.0_f32, 0.0_f32), |e, sample| (e.0.min(sample), e.1.max(sample)));
            self.last = Some(self.last.map_or(extremes, |last| join(last, extremes)));
            self.in_last += 1;
            if self.in_last == self.each {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.stretches.extend(self.last.take());
        self.in_last = 0;
        if self.stretches.len() == MAX_STRETCHES {
            let merged = self.stretches.chunks(2).map(|pair| pair.iter().copied().fold(pair[0], join));
            self.stretches = merged.collect();
            self.each *= 2;
        }
    }

    /// Frames that were taken in.
    pub(crate) fn frames(&self) -> u64 {
        self.stretches.len() as u64 * self.each + self.in_last
    }

    /// The extremes of `count` equal parts of an audio file of `frames`; none for what was not taken in.
    pub(crate) fn parts(&self, count: u32, frames: u64) -> Vec<Option<Extremes>> {
        let stretches: Vec<Extremes> = self.stretches.iter().copied().chain(self.last).collect();
        let bound = |part: u32| frames as f64 * f64::from(part) / f64::from(count.max(1)) / self.each as f64;
        let part = |n: u32| {
            let (first, end) = (bound(n) as usize, bound(n + 1).ceil() as usize);
            let covered = stretches.get(first..end.clamp(first + 1, stretches.len().max(first + 1)))?;
            covered.iter().copied().reduce(join)
        };
        (0..count).map(part).collect()
    }
}

fn join(a: Extremes, b: Extremes) -> Extremes {
    (a.0.min(b.0), a.1.max(b.1))
}

/// The decoded envelope of an audio file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heard {
    /// Minimum and maximum of each stretch.
    pub(crate) envelope: Envelope,
    /// Frames in all, those that were not decoded included, as far as that is known.
    pub(crate) frames: u64,
}

/// Decodes an audio file, or the beginning of a long one. `name` is what it is called.
pub(crate) fn hear<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
) -> Result<Heard, MediaError> {
    let source = Source::new(reader, &Limits { max_header_bytes: MAX_BYTES, ..Limits::default() })?;
    let promised = promise(Kind::Audio, name);
    if source.len() == 0 {
        return Err(MediaError::empty(&promised));
    }
    let (format, mut source) = find(source, name, &promised)?;
    if format == Format::Wav {
        return hear_wav(&mut source);
    }
    let file_len = source.file_len();
    let mut reader = reader::open(format, source)?;
    let none = || MediaError::Malformed("no audio track that can be decoded".to_owned());
    let track = reader.default_track(TrackType::Audio).ok_or_else(none)?;
    let (id, frames) = (track.id, track.num_frames);
    let sound = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or_else(none)?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(sound, &AudioDecoderOptions::default())
        .map_err(|error| from_symphonia(error, file_len))?;
    let (envelope, is_whole) = decode(reader.as_mut(), decoder.as_mut(), id, file_len)?;
    let heard = envelope.frames();
    let frames = if is_whole { heard } else { frames.unwrap_or(heard).max(heard) };
    Ok(Heard { envelope, frames })
}

/// Of a WAV, whose samples lie there.
fn hear_wav<R: Read + Seek>(source: &mut Source<R>) -> Result<Heard, MediaError> {
    let pcm = wav::pcm(source)?;
    let (channels, mut envelope) = (pcm.channels, Envelope::default());
    let most = pcm.frames.min(MAX_SAMPLES / u64::from(channels));
    let each = (READ_SAMPLES / u64::from(channels)).max(1);
    while envelope.frames() < most {
        let samples = pcm.read(source, envelope.frames(), each.min(most - envelope.frames()))?;
        envelope.push(&samples, channels as usize);
    }
    if most == 0 {
        return Err(MediaError::Decode("it has no audio samples".to_owned()));
    }
    Ok(Heard { envelope, frames: pcm.frames })
}

/// Decodes the packets of a track; whether all of them.
fn decode(
    reader: &mut dyn FormatReader,
    decoder: &mut dyn AudioDecoder,
    track: u32,
    file_len: u64,
) -> Result<(Envelope, bool), MediaError> {
    let (mut envelope, mut samples) = (Envelope::default(), Vec::new());
    let (mut decoded, mut damaged, mut error) = (0, 0, None);
    let is_whole = loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break true,
            // Most readers report the end of the file this way; the part decoded so far is still shown.
            Err(end) => {
                error.get_or_insert(end);
                break true;
            }
        };
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(sound) => {
                let channels = sound.num_planes();
                sound.copy_to_vec_interleaved::<f32>(&mut samples);
                envelope.push(&samples, channels);
                decoded += samples.len() as u64;
                damaged = 0;
            }
            Err(broken) => {
                error.get_or_insert(broken);
                damaged += 1;
            }
        }
        if decoded >= MAX_SAMPLES || damaged >= MAX_DAMAGED {
            break false;
        }
    };
    match (envelope.frames(), error) {
        (0, Some(error)) => Err(from_symphonia(error, file_len)),
        (0, None) => Err(MediaError::Decode("it has no audio samples".to_owned())),
        _ => Ok((envelope, is_whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_stays_small_and_keeps_the_extremes() {
        let mut envelope = Envelope::default();
        let samples: Vec<f32> = (0..1_000_000).map(|n| if n == 777_777 { -1.0 } else { 0.25 }).collect();
        for part in samples.chunks(10_001) {
            envelope.push(part, 1);
        }
        assert_eq!(envelope.frames(), 1_000_000);
        assert!(envelope.stretches.len() <= MAX_STRETCHES);
        let parts = envelope.parts(10, 1_000_000);
        let low: Vec<_> = parts.iter().map(|part| part.unwrap().0).collect();
        assert_eq!(low, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0]);
    }

    #[test]
    fn what_was_not_heard_is_left_open() {
        let mut envelope = Envelope::default();
        envelope.push(&[0.5, -0.5, 0.5, -0.5], 2);
        assert_eq!(envelope.parts(4, 4), [Some((-0.5, 0.5)), Some((-0.5, 0.5)), None, None]);
        assert_eq!(envelope.parts(8, 2).len(), 8);
        assert!(envelope.parts(8, 2).iter().all(Option::is_some));
        assert_eq!(Envelope::default().parts(2, 0), [None, None]);
        envelope.push(&[f32::NAN, f32::INFINITY], 2);
        assert_eq!(envelope.parts(3, 3)[2], Some((0.0, 0.0)));
    }
}
