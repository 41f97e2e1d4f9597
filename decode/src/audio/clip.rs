//! Reads, mixes, resamples and writes a clip.

use std::cell::OnceCell;
use std::io::{Read, Seek};
use std::ops::Range;
use std::time::Duration;

use hub_media::{AudioFile, AudioProgram, MediaError};

use super::mix::planes;
use super::resample::Resampler;
use super::spec::{AudioDtype, AudioLimits, AudioSpec, Start};
use crate::error::DecodeError;
use crate::transform::Draw;

/// Resamplers that are kept, one for each pair of rates.
const KEPT: usize = 4;
/// Bytes of a sample while it is computed.
const SAMPLE_BYTES: u64 = 4;

/// Decodes audio files; keep one a thread, since its resamplers are reused.
#[derive(Default)]
pub struct AudioDecoder {
    resamplers: Vec<Resampler>,
}

/// The samples of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// Channels x frames values of the specification's type, one channel after the other.
    pub samples: Vec<u8>,
    /// Frames (a sample of each channel).
    pub frames: u64,
}

impl AudioDecoder {
    /// Decodes a clip into `out`, which has channels x frames values: a row of a batch, of any alignment, one channel after
    /// the other. What the file lacks of it is silence. `name` is what the file is called.
    ///
    /// # Errors
    /// If the file can't be decoded or exceeds the limits, the specification makes no sense or has no length, or `out` has
    /// another size.
    pub fn clip<R: Read + Seek + Send + Sync + Clone>(
        &mut self,
        reader: R,
        name: &str,
        spec: &AudioSpec,
        draw: Draw,
        out: &mut [u8],
    ) -> Result<(), DecodeError> {
        spec.check()?;
        let frames = spec.fixed_frames().unwrap_or_default();
        let plane_bytes = frames as usize * spec.dtype.bytes();
        if plane_bytes == 0 || out.len() != plane_bytes * spec.channels.count() {
            let found = format!("{} bytes", out.len());
            return Err(DecodeError::spec("out", found, "as many bytes as the clip has"));
        }
        let source = Source::open(reader, name, spec)?;
        let start = match spec.start {
            Start::Begin => 0,
            Start::At(seconds) => spec.frames_in(seconds),
            Start::Random => {
                let room = source.total()?.saturating_sub(frames);
                ((draw.numbers().unit() * (room as f64 + 1.0)) as u64).min(room)
            }
        };
        let found = self.planes(&source, start..start + frames, spec)?;
        for (plane, out) in found.iter().zip(out.chunks_exact_mut(plane_bytes)) {
            write(plane, spec.dtype, out);
        }
        Ok(())
    }

    /// Decodes a file to its end: from the beginning, or from where [`Start::At`] says.
    ///
    /// # Errors
    /// If the file can't be decoded or exceeds the limits, or the specification makes no sense.
    pub fn whole<R: Read + Seek + Send + Sync + Clone>(
        &mut self,
        reader: R,
        name: &str,
        spec: &AudioSpec,
    ) -> Result<Sound, DecodeError> {
        spec.check()?;
        let source = Source::open(reader, name, spec)?;
        let total = source.total()?;
        let start = match spec.start {
            Start::At(seconds) => spec.frames_in(seconds).min(total),
            Start::Begin | Start::Random => 0,
        };
        let frames = total - start;
        let found = self.planes(&source, start..total, spec)?;
        let plane_bytes = frames as usize * spec.dtype.bytes();
        let mut samples = vec![0; plane_bytes * spec.channels.count()];
        for (plane, out) in found.iter().zip(samples.chunks_exact_mut(plane_bytes.max(1))) {
            write(plane, spec.dtype, out);
        }
        Ok(Sound { samples, frames })
    }

    /// The channels of some frames of the result; shorter at the end of the file.
    fn planes<R: Read + Seek + Send + Sync + Clone>(
        &mut self,
        source: &Source<R>,
        mut frames: Range<u64>,
        spec: &AudioSpec,
    ) -> Result<Vec<Vec<f32>>, DecodeError> {
        let file = &source.file;
        let (rate, channels) = (file.sample_rate(), file.channels());
        if rate == spec.rate {
            source.check_bytes(&frames, &frames)?;
            return Ok(planes(&file.read(frames)?, channels, spec.channels));
        }
        frames.end = frames.end.min(source.total()?);
        if frames.start >= frames.end {
            return Ok(vec![Vec::new(); spec.channels.count()]);
        }
        let resampler = self.resampler(rate, spec.rate)?;
        let needed = resampler.needed(&frames);
        source.check_bytes(&needed.input, &frames)?;
        let input = planes(&file.read(needed.input.clone())?, channels, spec.channels);
        input.iter().map(|plane| resampler.run(plane, &frames, &needed)).collect()
    }

    fn resampler(&mut self, from: u32, to: u32) -> Result<&mut Resampler, DecodeError> {
        let place = match self.resamplers.iter().position(|resampler| resampler.rates == (from, to)) {
            Some(place) => place,
            None => {
                self.resamplers.truncate(KEPT - 1);
                self.resamplers.insert(0, Resampler::new(from, to)?);
                0
            }
        };
        Ok(&mut self.resamplers[place])
    }
}

/// An open file, and what is wanted of it.
struct Source<'a, R> {
    file: AudioFile<R>,
    /// Frames of the whole file at its own rate: some formats tell them only after a walk through all packets.
    frames: OnceCell<u64>,
    spec: &'a AudioSpec,
}

impl<'a, R: Read + Seek + Send + Sync + Clone> Source<'a, R> {
    fn open(reader: R, name: &str, spec: &'a AudioSpec) -> Result<Self, DecodeError> {
        let AudioLimits { max_samples, max_seconds, .. } = spec.limits;
        let file = match AudioFile::open(reader.clone(), name, max_samples) {
            Err(MediaError::Unsupported(_)) => {
                let limit = Duration::from_secs(max_seconds);
                let program = AudioProgram { program: spec.ffmpeg.clone(), limit, max_samples };
                program.open(reader, name).map_err(DecodeError::Ffmpeg)?
            }
            opened => opened?,
        };
        Ok(Self { file, frames: OnceCell::new(), spec })
    }

    /// Frames of the whole file, at its own rate.
    fn frames(&self) -> Result<u64, MediaError> {
        if let Some(frames) = self.frames.get() {
            return Ok(*frames);
        }
        let frames = self.file.frames()?;
        Ok(*self.frames.get_or_init(|| frames))
    }

    /// Frames of the whole file, at the rate of the result.
    fn total(&self) -> Result<u64, MediaError> {
        let frames = u128::from(self.frames()?) * u128::from(self.spec.rate);
        Ok(u64::try_from(frames.div_ceil(u128::from(self.file.sample_rate()))).unwrap_or(u64::MAX))
    }

    /// Compares the memory of a decode with the limit.
    fn check_bytes(&self, input: &Range<u64>, output: &Range<u64>) -> Result<(), DecodeError> {
        let limit = self.spec.limits.max_bytes;
        // What is behind the end takes nothing.
        let there = |frames: &Range<u64>, end: u64| frames.end.min(end).saturating_sub(frames.start);
        let (all, total) = match limit {
            u64::MAX => return Ok(()),
            _ => (self.frames()?, self.total()?),
        };
        let channels = (self.file.channels() + self.spec.channels.count()) as u64;
        let read = there(input, all).saturating_mul(channels);
        let made = there(output, total).saturating_mul(self.spec.channels.count() as u64);
        let needed = read.saturating_add(made).saturating_mul(SAMPLE_BYTES);
        if needed > limit {
            return Err(DecodeError::TooManyBytes { needed, limit });
        }
        Ok(())
    }
}

/// Writes samples as bytes; what is left of `out` is silence.
fn write(samples: &[f32], dtype: AudioDtype, out: &mut [u8]) {
    let (filled, silent) = out.split_at_mut((samples.len() * dtype.bytes()).min(out.len()));
    match dtype {
        AudioDtype::F32 => {
            for (sample, out) in samples.iter().zip(filled.chunks_exact_mut(4)) {
                out.copy_from_slice(&sample.to_ne_bytes());
            }
        }
        AudioDtype::I16 => {
            for (sample, out) in samples.iter().zip(filled.chunks_exact_mut(2)) {
                // Out of range, a conversion gives the nearest number there is.
                out.copy_from_slice(&((sample * 32_768.0).round() as i16).to_ne_bytes());
            }
        }
    }
    silent.fill(0);
}
