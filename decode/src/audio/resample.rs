//! Resampling by FFT, of any part.
//!
//! The chunks of `rubato`'s synchronous resampler lie at fixed places of the file: chunk `n` of the result depends on
//! the chunks `n` and `n - 1` of the input alone. So a part is what a run over everything gives, bit for bit, if it begins one
//! chunk early.

use std::ops::Range;

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _};

use crate::error::DecodeError;

/// Frames of a chunk, at the lower of both rates, at least: the longer, the closer to the highest frequency the filter cuts.
const CHUNK: u32 = 1024;

/// Resamples one channel from one rate to another.
pub struct Resampler {
    pub rates: (u32, u32),
    fft: Fft<f32>,
    chunk_in: u64,
    chunk_out: u64,
    delay: u64,
    output: Vec<f32>,
}

/// What must be read for a part of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Frames of the input; it may end before.
    pub input: Range<u64>,
    /// The first chunk that is processed.
    first: u64,
    /// Chunks that give the result.
    chunks: Range<u64>,
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn failed(error: impl std::fmt::Display) -> DecodeError {
    DecodeError::Format { format: "audio", problem: format!("it can't be resampled: {error}") }
}

impl Resampler {
    /// Both rates in hertz, from 1 on.
    pub fn new(from: u32, to: u32) -> Result<Self, DecodeError> {
        let least = CHUNK * from.div_ceil(to).max(1);
        // An even number of the shortest chunks: the middle of the filter is then a whole frame of both rates.
        let even = 2 * (from / gcd(from, to));
        let chunk = least.next_multiple_of(even);
        let fft = Fft::new(from as usize, to as usize, chunk as usize, 1, FixedSync::Both).map_err(failed)?;
        let (chunk_in, chunk_out) = (fft.input_frames_next() as u64, fft.output_frames_next() as u64);
        let (delay, output) = (fft.output_delay() as u64, vec![0.0; chunk_out as usize]);
        Ok(Self { rates: (from, to), fft, chunk_in, chunk_out, delay, output })
    }

    /// What is needed for these frames of the result.
    pub fn needed(&self, frames: &Range<u64>) -> Needed {
        let first = (frames.start + self.delay) / self.chunk_out;
        let end = (frames.end + self.delay).div_ceil(self.chunk_out);
        let early = first.saturating_sub(1);
        Needed { input: early * self.chunk_in..end * self.chunk_in, first: early, chunks: first..end }
    }

    /// The frames of the result. `input` are those that are needed, as many as there are; behind them is silence.
    pub fn run(
        &mut self,
        input: &[f32],
        frames: &Range<u64>,
        needed: &Needed,
    ) -> Result<Vec<f32>, DecodeError> {
        self.fft.reset();
        let mut result =
            Vec::with_capacity(((needed.chunks.end - needed.chunks.start) * self.chunk_out) as usize);
        let mut padded = vec![0.0; self.chunk_in as usize];
        let mut chunks = input.chunks(self.chunk_in as usize);
        for chunk in needed.first..needed.chunks.end {
            let there = chunks.next().unwrap_or_default();
            padded[..there.len()].copy_from_slice(there);
            padded[there.len()..].fill(0.0);
            let from = SequentialSlice::new(&padded, 1, padded.len()).map_err(failed)?;
            let room = self.output.len();
            let mut to = SequentialSlice::new_mut(&mut self.output, 1, room).map_err(failed)?;
            self.fft.process_into_buffer(&from, &mut to, None).map_err(failed)?;
            if needed.chunks.contains(&chunk) {
                result.extend_from_slice(&self.output);
            }
        }
        let skipped = (frames.start + self.delay - needed.chunks.start * self.chunk_out) as usize;
        result.drain(..skipped.min(result.len()));
        result.truncate((frames.end - frames.start) as usize);
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise, and of a low frequency a sine.
    fn noise(frames: usize) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..frames).map(|n| 0.5 * next() + 0.4 * (n as f32 * 0.01).sin()).collect()
    }

    #[test]
    fn a_part_is_that_of_the_whole() {
        for (from, to) in [
            (44_100, 16_000),
            (16_000, 44_100),
            (48_000, 16_000),
            (8000, 16_000),
            (22_050, 48_000),
            (11_025, 7919),
        ] {
            let input = noise(30_000);
            let mut resampler = Resampler::new(from, to).unwrap();
            let total = (30_000 * u64::from(to)).div_ceil(u64::from(from));
            let part = |resampler: &mut Resampler, frames: Range<u64>| {
                let needed = resampler.needed(&frames);
                let end = (needed.input.end as usize).min(input.len());
                let start = (needed.input.start as usize).min(end);
                resampler.run(&input[start..end], &frames, &needed).unwrap()
            };
            let whole = part(&mut resampler, 0..total);
            assert_eq!(whole.len() as u64, total);
            for frames in [0..10, 1000..1001, 5000..6000, total - 100..total, 3..total - 7] {
                let found = part(&mut resampler, frames.clone());
                assert_eq!(
                    found,
                    whole[frames.start as usize..frames.end as usize],
                    "{from} to {to}: {frames:?}"
                );
            }
        }
    }

    /// A sine stays that sine: neither moved nor louder.
    #[test]
    fn a_tone_keeps_its_place_and_level() {
        for (from, to) in [(44_100_u32, 16_000_u32), (16_000, 44_100), (48_000, 16_000), (8000, 16_000)] {
            let tone =
                |n: u64, rate: u32| (n as f64 / f64::from(rate) * 1000.0 * std::f64::consts::TAU).sin();
            let input: Vec<f32> = (0..u64::from(from)).map(|n| tone(n, from) as f32).collect();
            let mut resampler = Resampler::new(from, to).unwrap();
            let frames = 0..u64::from(to);
            let needed = resampler.needed(&frames);
            let found = resampler.run(&input, &frames, &needed).unwrap();
            for n in u64::from(to) / 4..u64::from(to) / 2 {
                let wrong = (f64::from(found[n as usize]) - tone(n, to)).abs();
                assert!(wrong < 1e-3, "{from} to {to}: {wrong} at {n}");
            }
        }
    }
}
