//! What is made of an audio file: plain data, for Rust and Python alike.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::DecodeError;

/// The highest sample rate, in hertz.
const MAX_RATE: u32 = 768_000;
const MAX_SECONDS: f64 = 86_400.0;

/// What is made of an encoded audio file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AudioSpec {
    /// Samples a second of the result, in hertz. Default: 16,000.
    pub rate: u32,
    /// The length of the result in seconds: a longer file is cut, a shorter one is followed by silence. Default: the whole
    /// file.
    pub seconds: Option<f64>,
    /// Default: mixed to one channel.
    pub channels: AudioChannels,
    /// Where a clip begins. Of a whole file only [`Start::At`] has an effect.
    pub start: Start,
    /// Type of a sample.
    pub dtype: AudioDtype,
    /// Bounds on decoding.
    pub limits: AudioLimits,
    /// The `ffmpeg` program, which decodes Opus and ADPCM: a name that is looked for, or a path. Default: `ffmpeg`.
    pub ffmpeg: PathBuf,
}

/// The channels of the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioChannels {
    /// One: the mean of all channels.
    #[default]
    Mono,
    /// Left and right. A file with one channel has it on both sides; of more than two, the centre and the channels behind
    /// are mixed in at 0.707.
    Stereo,
}

impl AudioChannels {
    /// How many.
    pub fn count(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::Stereo => 2,
        }
    }
}

/// Where a clip begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// Anywhere from which on the clip is in the file: a function of seed, epoch and row.
    #[default]
    Random,
    /// At the beginning.
    Begin,
    /// At this many seconds.
    At(f64),
}

/// Type of a sample, in the machine's byte order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioDtype {
    /// From -1 to 1; louder where the file is.
    #[default]
    F32,
    /// From -32,768 to 32,767.
    I16,
}

impl AudioDtype {
    /// Bytes of a sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::I16 => 2,
        }
    }
}

/// Bounds on decoding one audio file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AudioLimits {
    /// Bytes that one decode may hold, at four a sample. Default: 2 GiB.
    pub max_bytes: u64,
    /// Samples of all channels that one decode may compute, those before the clip included, which bounds its time.
    /// Default: 500 million, about 95 minutes of stereo at 44.1 kHz.
    pub max_samples: u64,
    /// Seconds that `ffmpeg` may take, where it decodes. Default: 60.
    pub max_seconds: u64,
}

impl Default for AudioLimits {
    fn default() -> Self {
        Self { max_bytes: 2 << 30, max_samples: 500_000_000, max_seconds: 60 }
    }
}

impl Default for AudioSpec {
    fn default() -> Self {
        Self {
            rate: 16_000,
            seconds: None,
            channels: AudioChannels::Mono,
            start: Start::Random,
            dtype: AudioDtype::F32,
            limits: AudioLimits::default(),
            ffmpeg: PathBuf::from("ffmpeg"),
        }
    }
}

impl AudioSpec {
    /// Frames (a sample of each channel) of the result, where they don't depend on the file.
    pub fn fixed_frames(&self) -> Option<u64> {
        self.seconds.map(|seconds| self.frames_in(seconds))
    }

    /// Frames of a time.
    pub(crate) fn frames_in(&self, seconds: f64) -> u64 {
        (seconds * f64::from(self.rate)).round() as u64
    }

    /// # Errors
    /// [`DecodeError::Spec`] with the first field that makes no sense.
    pub fn check(&self) -> Result<(), DecodeError> {
        if !(1..=MAX_RATE).contains(&self.rate) {
            return Err(DecodeError::spec("rate", self.rate, "1 to 768000 Hz"));
        }
        if let Some(seconds) = self.seconds
            && !(seconds > 0.0 && seconds <= MAX_SECONDS && self.frames_in(seconds) > 0)
        {
            return Err(DecodeError::spec("seconds", seconds, "at least one sample, and at most a day"));
        }
        if let Start::At(seconds) = self.start
            && !(0.0..=1e9).contains(&seconds)
        {
            return Err(DecodeError::spec("start", seconds, "seconds from 0"));
        }
        Ok(())
    }
}
