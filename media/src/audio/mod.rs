//! Audio files: sample rate, channels and length, from headers.
//!
//! MP3, Ogg, FLAC and AAC are opened by `symphonia`, which reads no more than it needs to start playing;
//! M4A and the audio tracks of videos come from [`crate::container`], WAV from `wav`. `truncation` finds the signs
//! of a file that breaks off, which players (and symphonia) take as the end of the audio. `samples` gives the samples of
//! any part of a file, by decoding its `packets`.

mod facts;
mod packets;
mod part;
mod peaks;
mod picture;
mod probe;
mod program;
mod reader;
mod samples;
mod stream;
mod stretch;
#[cfg(test)]
mod tests;
mod truncation;
pub(crate) mod wav;

pub use facts::AudioFacts;
pub(crate) use peaks::{Envelope, Heard, hear};
pub use picture::{Peak, audio_peaks, audio_spectrogram};
pub use probe::probe_audio;
pub use program::AudioProgram;
pub use samples::AudioFile;
