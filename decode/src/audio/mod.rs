//! Encoded audio to the samples of a clip: mixed, resampled, cut or padded.
//!
//! A clip is a part of what a decode of the whole file gives, bit for bit, whatever the format and the rates. The samples
//! are those of [`hub_media::AudioFile`], which begins lossy formats a few packets early; the resampler (`resample`, by
//! FFT) works in chunks that lie at fixed places of the file and overlap only with the one before, so it
//! begins a chunk early too.

mod clip;
mod mix;
mod resample;
mod spec;
#[cfg(test)]
mod tests;

pub use clip::{AudioDecoder, Sound};
pub use spec::{AudioChannels, AudioDtype, AudioLimits, AudioSpec, Start};
