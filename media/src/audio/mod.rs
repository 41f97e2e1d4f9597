//! Recordings.

use std::io::{Read, Seek};

use crate::{Limits, MediaError};

/// What a recording's header says.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioFacts {
    /// The container: `wav`, `mp3`, `ogg`, `flac`, `m4a`, `aac`.
    pub format: &'static str,
    /// How the samples are encoded: `pcm_s16le`, `mp3`, `vorbis`, `opus`, `flac`, `aac`.
    pub codec: String,
    /// Samples a second and channel.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u32,
    /// Length in seconds, where the file tells it.
    pub duration_secs: Option<f64>,
}

/// Reads the facts of a recording; `name` is only used in messages.
pub fn probe_audio<R: Read + Seek + Send + Sync + 'static>(
    reader: R,
    name: &str,
    limits: &Limits,
) -> Result<AudioFacts, MediaError> {
    let _ = (reader, name, limits);
    Err(MediaError::Unsupported("audio".into()))
}
