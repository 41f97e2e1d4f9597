//! The frames of a part of a file, while packets are decoded.

use std::ops::Range;

use crate::MediaError;

/// The samples that are wanted, while they are collected.
pub struct Part {
    /// Frames.
    pub wanted: Range<u64>,
    channels: usize,
    pub samples: Vec<f32>,
    /// Samples of the last packet.
    pub decoded: Vec<f32>,
    /// The frame behind the last that was decoded.
    pub end: u64,
    /// Only the end is wanted.
    pub is_counting: bool,
    left: u64,
    limit: u64,
}

impl Part {
    pub fn new(wanted: Range<u64>, channels: usize, limit: u64) -> Self {
        Self {
            wanted,
            channels,
            samples: Vec::new(),
            decoded: Vec::new(),
            end: 0,
            is_counting: false,
            left: limit,
            limit,
        }
    }

    /// Counts decoded frames against the limit.
    pub fn count(&mut self, frames: usize) -> Result<(), MediaError> {
        let samples = frames as u64 * self.channels as u64;
        self.left = self.left.checked_sub(samples).ok_or(MediaError::TooManySamples { limit: self.limit })?;
        Ok(())
    }

    /// The next frame that is wanted.
    fn next(&self) -> u64 {
        self.wanted.start + (self.samples.len() / self.channels) as u64
    }

    /// Takes what is wanted of the decoded samples, whose first frame is frame `at`.
    pub fn take(&mut self, at: i64) {
        let frames = (self.decoded.len() / self.channels) as u64;
        self.end = at.saturating_add(frames.cast_signed()).max(0).unsigned_abs();
        let next = self.next();
        let end = self.end.min(self.wanted.end);
        if self.is_counting || end <= next || frames == 0 {
            return;
        }
        let begins = at.max(0).unsigned_abs();
        if begins > next {
            // Sound that begins late.
            let gap = (begins.min(end) - next) as usize * self.channels;
            self.samples.resize(self.samples.len() + gap, 0.0);
        }
        let first = next.max(begins);
        let place = |frame: u64| (frame.cast_signed() - at) as usize * self.channels;
        if first < end {
            self.samples.extend_from_slice(self.decoded.get(place(first)..place(end)).unwrap_or_default());
        }
    }

    pub fn is_complete(&self) -> bool {
        !self.is_counting && self.next() >= self.wanted.end
    }

    /// Frames that are wanted and were not found.
    pub fn missing(&self) -> u64 {
        self.wanted.end.saturating_sub(self.next())
    }
}
