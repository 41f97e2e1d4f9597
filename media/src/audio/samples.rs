//! The samples of any part of an audio file, as a decode of all of it gives them.
//!
//! Lossy codecs carry state from packet to packet: overlapping windows, MP3's reservoir of bits. So decoding begins a few
//! packets early, and what these give is dropped. AAC substitutes noise for some bands; its generator can't be set to
//! where a decode from the beginning would have it, so the decoder is made anew every 32 packets, in
//! a whole decode as well. With that, samples of a part equal those of the whole bit for bit.
//!
//! Packets before the part are read, not decoded: seeking by the time stamps of MP3 and Ogg is an estimate, and reading
//! costs a hundredth of decoding. FLAC and WAV are sought. Where time stamps don't count samples (Matroska rounds them
//! to milliseconds), everything before the part is decoded.

use std::io::{Read, Seek};
use std::ops::Range;
use std::sync::Arc;

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::codecs::audio::well_known::CODEC_ID_FLAC;
use symphonia::core::formats::{SeekMode, SeekTo, TrackType};
use symphonia::core::units::Timestamp;

use super::facts::AudioFacts;
use super::packets::{Early, Packets};
use super::part::Part;
use super::probe::find;
use super::reader::{self, from_symphonia};
use super::truncation::{self, Length};
use super::wav;
use crate::container::open::open;
use crate::container::track::Track;
use crate::kind::promise;
use crate::magic::Format;
use crate::source::Source;
use crate::{Kind, Limits, MediaError};

/// Frames that a file may lack at its end: its header counts the padding of the last packets.
const MISSING_FRAMES: u64 = 4096;
/// The highest sample rate, in hertz.
const MAX_RATE: u32 = 768_000;
const MAX_CHANNELS: usize = 64;
/// Bytes that are read of one file.
const MAX_BYTES: u64 = 8 << 30;

/// An audio file whose samples can be read from any place on.
#[derive(Debug)]
pub struct AudioFile<R> {
    reader: R,
    name: String,
    format: Format,
    sample_rate: u32,
    channels: usize,
    /// Frames (a sample of each channel), as the header counts them.
    frames: Option<u64>,
    /// Frames before the first that is heard, which an edit list cuts off.
    origin: u64,
    /// The header doesn't count the frames: what the reader says of the end is an estimate.
    is_guessed: bool,
    /// The most samples, of all channels, that one call decodes.
    max_samples: u64,
    /// All samples, where another program decoded them.
    decoded: Option<Arc<[f32]>>,
}

impl<R: Read + Seek + Send + Sync + Clone> AudioFile<R> {
    /// Opens an audio file, or the first audio track of a container. `name` is what it is called, `max_samples` the most
    /// samples (of all channels) that a call may decode.
    ///
    /// # Errors
    /// It is damaged, or nothing here decodes it ([`MediaError::Unsupported`]): Opus, ADPCM. [`AudioProgram`] may.
    ///
    /// [`AudioProgram`]: crate::AudioProgram
    pub fn open(reader: R, name: &str, max_samples: u64) -> Result<Self, MediaError> {
        let mut file = Self {
            reader,
            name: name.to_owned(),
            format: Format::Wav,
            sample_rate: 0,
            channels: 0,
            frames: None,
            origin: 0,
            is_guessed: false,
            max_samples,
            decoded: None,
        };
        let (format, mut source) = file.source()?;
        file.format = format;
        if format == Format::Wav {
            let pcm = wav::pcm(&mut source)?;
            file.sample_rate = wav::read(&mut source)?.sample_rate;
            (file.channels, file.frames) = (pcm.channels as usize, Some(pcm.frames));
            return file.checked();
        }
        let edited = match open(format, &mut source) {
            Some(container) => Some(container?.first(Kind::Audio)?),
            None => {
                file.is_guessed = truncation::check(format, &mut source)? == Length::Guessed;
                None
            }
        };
        let packets = file.packets()?;
        file.sample_rate = packets.sound.sample_rate.unwrap_or_default();
        file.channels = packets.sound.channels.as_ref().map_or(0, |channels| channels.count());
        file.frames = packets.frames.filter(|_| packets.is_counted && !file.is_guessed);
        // A codec that nothing here decodes is found out now, not when its samples are read.
        packets.decoder()?;
        if let Some(track) = edited {
            file.cut(&track);
        }
        file.checked()
    }

    /// An audio file that `ffmpeg` has decoded, to interleaved samples: one that [`AudioFile::open`] doesn't support.
    pub(crate) fn decoded(
        reader: R,
        facts: &AudioFacts,
        samples: Vec<f32>,
        max_samples: u64,
    ) -> Result<Self, MediaError> {
        let (sample_rate, channels) = (facts.sample_rate, facts.channels as usize);
        let file = Self {
            reader,
            name: String::new(),
            format: Format::Ogg,
            sample_rate,
            channels,
            frames: Some((samples.len() / channels.max(1)) as u64),
            origin: 0,
            is_guessed: false,
            max_samples,
            decoded: Some(samples.into()),
        };
        file.checked()
    }

    /// Samples a second and channel, in hertz.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The number of frames (a sample of each channel). Reads the whole file where its header doesn't count them.
    ///
    /// # Errors
    /// It can't be read.
    pub fn frames(&self) -> Result<u64, MediaError> {
        if let Some(frames) = self.frames {
            return Ok(frames);
        }
        let mut packets = self.packets()?;
        let mut frames = 0_u64;
        if packets.is_counted {
            while let Ok(Some(packet)) = packets.next() {
                let end = packet.pts.get().saturating_add(packet.dur.get().cast_signed());
                frames = frames.max(end.max(0).unsigned_abs());
            }
            return Ok(frames.saturating_sub(self.origin));
        }
        let mut part = Part::new(0..u64::MAX, self.channels, self.max_samples);
        part.is_counting = true;
        self.decode(packets, &mut part)?;
        Ok(part.end)
    }

    /// The samples of some frames, interleaved, from -1 to 1. Fewer behind the end.
    ///
    /// # Errors
    /// The part is damaged, or more samples would have to be decoded than is allowed.
    pub fn read(&self, frames: Range<u64>) -> Result<Vec<f32>, MediaError> {
        let end = frames.end.min(self.frames.unwrap_or(u64::MAX));
        let frames = frames.start.min(end)..end;
        let known = self.frames.map_or(0, |_| end - frames.start);
        if known.saturating_mul(self.channels as u64) > self.max_samples {
            return Err(MediaError::TooManySamples { limit: self.max_samples });
        }
        if frames.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(all) = &self.decoded {
            let place = |frame: u64| (frame as usize).saturating_mul(self.channels).min(all.len());
            return Ok(all[place(frames.start)..place(end)].to_vec());
        }
        if self.format == Format::Wav {
            let (_, mut source) = self.source()?;
            return wav::pcm(&mut source)?.read(&mut source, frames.start, end - frames.start);
        }
        let mut part = Part::new(frames, self.channels, self.max_samples);
        let ended = self.decode(self.packets()?, &mut part)?;
        let missing = part.missing();
        if self.frames.is_some() && missing > 0 {
            if missing > MISSING_FRAMES {
                let expected = format!("{} frames, found {}", end, part.end);
                let file_len = self.source()?.1.file_len();
                return Err(ended.unwrap_or_else(|| MediaError::truncated(file_len, expected)));
            }
            part.samples.resize(part.samples.len() + missing as usize * self.channels, 0.0);
        }
        Ok(part.samples)
    }

    fn source(&self) -> Result<(Format, Source<R>), MediaError> {
        let limits = Limits { max_header_bytes: MAX_BYTES, ..Limits::default() };
        let source = Source::new(self.reader.clone(), &limits)?;
        let promised = promise(Kind::Audio, &self.name);
        if source.len() == 0 {
            return Err(MediaError::empty(&promised));
        }
        find(source, &self.name, &promised)
    }

    fn packets<'s>(&self) -> Result<Packets<'s>, MediaError>
    where
        R: 's,
    {
        let (format, source) = self.source()?;
        let file_len = source.file_len();
        let reader = reader::open(format, source)?;
        let none = || MediaError::Malformed("no audio track that can be decoded".to_owned());
        let track = reader.default_track(TrackType::Audio).ok_or_else(none)?;
        let sound = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or_else(none)?.clone();
        let is_counted = match (track.time_base, sound.sample_rate) {
            (Some(base), Some(rate)) => base.numer.get() == 1 && base.denom.get() == rate,
            (base, _) => base.is_none(),
        };
        let (track, frames) = (track.id, track.num_frames);
        let is_guessed = self.is_guessed;
        Ok(Packets { reader, track, sound, frames, is_counted, is_guessed, file_len })
    }

    /// Applies the edit list of an MP4.
    fn cut(&mut self, track: &Track) {
        let Some((ticks, per_second)) = track.edit_start.filter(|(_, per_second)| *per_second > 0) else {
            return;
        };
        let rate = u64::from(self.sample_rate);
        self.origin = (u128::from(ticks) * u128::from(rate) / u128::from(per_second)) as u64;
        self.frames = self.frames.map(|frames| {
            let heard = frames.saturating_sub(self.origin);
            let edited = track.duration_secs.map_or(heard, |secs| (secs * rate as f64).round() as u64);
            // The edit list counts in longer ticks than the track.
            let rounding = rate / 500;
            if edited + rounding < heard { edited } else { heard }
        });
    }

    fn checked(self) -> Result<Self, MediaError> {
        let (rate, channels) = (self.sample_rate, self.channels);
        if (1..=MAX_RATE).contains(&rate) && (1..=MAX_CHANNELS).contains(&channels) {
            return Ok(self);
        }
        Err(MediaError::Malformed(format!(
            "{rate} Hz and {channels} channels, expected 1 to {MAX_RATE} Hz and 1 to {MAX_CHANNELS} channels"
        )))
    }

    /// Decodes packets until the part is complete. The error that ended the packets early, if one did.
    fn decode<'s>(&self, mut packets: Packets<'s>, part: &mut Part) -> Result<Option<MediaError>, MediaError>
    where
        R: 's,
    {
        let start = part.wanted.start.cast_signed();
        let mut sought = false;
        if packets.sound.codec == CODEC_ID_FLAC && packets.is_counted && start > 0 {
            // Frames of FLAC stand alone and say where they are.
            let to = SeekTo::Timestamp { ts: Timestamp::new(start), track_id: packets.track };
            sought = packets.reader.seek(SeekMode::Accurate, to).is_ok();
            if !sought {
                packets = self.packets()?;
            }
        }
        let mut early = Early::new(&packets);
        let mut decoder: Option<Box<dyn AudioDecoder>> = None;
        let origin = self.origin.cast_signed();
        let mut counted = -origin;
        let mut last_end = None;
        for number in 0_u64.. {
            let packet = match packets.next() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                Err(error) => return Ok(Some(error)),
            };
            let at = packet.pts.get() + packet.trim_start.get().cast_signed() - origin;
            if sought && number == 0 && at > start {
                // It sought too far.
                packets = self.packets()?;
                sought = false;
                continue;
            }
            early.group(number);
            let end = at.saturating_add(packet.dur.get().cast_signed());
            let gap = last_end.replace(end).filter(|last| packets.is_counted && *last < at && start < at);
            if packets.is_counted && decoder.is_none() && end <= start {
                early.push(packet);
                continue;
            }
            if let Some(last) = gap {
                // The reader has passed over what is damaged.
                return Err(MediaError::Decode(format!(
                    "the packets of samples {last} to {at} are missing or damaged"
                )));
            }
            let mut current = match decoder.take() {
                Some(decoder) if !early.begins_group(number) => decoder,
                _ => early.decoded(&packets, part)?,
            };
            let sound = current.decode(&packet).map_err(|e| from_symphonia(e, packets.file_len))?;
            part.count(sound.frames())?;
            if sound.frames() > 0 && sound.num_planes() != self.channels {
                let (found, expected) = (sound.num_planes(), self.channels);
                return Err(MediaError::Malformed(format!("{found} channels after {expected} before")));
            }
            sound.copy_to_vec_interleaved::<f32>(&mut part.decoded);
            let frames = sound.frames() as i64;
            part.take(if packets.is_counted { at } else { counted });
            counted += frames;
            if part.is_complete() {
                break;
            }
            decoder = Some(current);
            early.push(packet);
        }
        Ok(None)
    }
}
