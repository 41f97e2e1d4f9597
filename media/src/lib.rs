//! Reads facts (size, sample rate, duration, …) from the headers of images, audio files and videos; samples of any part of
//! an audio file, and frames of a video.
//!
//! In goes the encoded file, as bytes ([`probe_image`]) or as a seekable reader ([`probe_audio`],
//! [`probe_video`]); out come the numbers that queries of data sets use (width, sample rate, frames …), or
//! a [`MediaError`] that says what is wrong and at which byte. A probe decodes nothing: a push probes millions
//! of samples on the cores that also hash and write them, so an image may cost microseconds, and a video of
//! 5 GB as much as its index.
//!
//! The other half of a probe is to refuse files that would fail in a training run weeks later. The usual header readers are content with a file cut off in the middle, so the formats in
//! which data sets come (JPEG, PNG, GIF, WebP) are walked here to their end marker, which costs about as
//! much as looking at every byte once. What is inside the compressed data is not judged.
//!
//! For streams there are [`AudioFile`], [`FrameIndex`] and [`VideoDecoder`], the sources of the tensors of `hub_decode`.
//!
//! Everything read here is hostile: sizes are compared with the [`Limits`] before anything is allocated, no
//! input panics. Errors name no file; the caller knows where the bytes came from.
//!
//! ```
//! use hub_media::{Limits, encode_png, probe_image};
//! let png = encode_png(&[0, 127, 255, 127, 0, 127], 3, 2, 1)?;
//! let facts = probe_image(&png, &Limits::default())?;
//! assert_eq!((facts.format, facts.width, facts.height, facts.channels), ("png", 3, 2, 1));
//! let cut = probe_image(&png[..40], &Limits::default());
//! assert!(cut.unwrap_err().to_string().starts_with("truncated: it breaks off at byte 40"));
//! # Ok::<(), hub_media::MediaError>(())
//! ```

mod audio;
mod container;
mod cursor;
mod error;
mod ffmpeg;
mod image;
mod kind;
mod limits;
mod magic;
mod signature;
mod sniff;
mod source;
#[cfg(test)]
mod testing;
mod thumbnail;
mod video;

pub use crate::image::{ImageFacts, decode_rgb8, encode_png, may_be_turned, probe_image};
pub use audio::{AudioFacts, AudioFile, AudioProgram, Peak, audio_peaks, audio_spectrogram, probe_audio};
pub use error::MediaError;
pub use ffmpeg::FfmpegError;
pub use kind::{Kind, kind_of_name, unread_format_of_name};
pub use limits::Limits;
pub use signature::{Signature, TINY_NUMBERS, TinyPicture};
pub use sniff::{ending_of_bytes, kind_of_bytes};
pub use thumbnail::{Crop, Encoding, FfmpegInput, Thumbnail, View, decoding_bytes};
pub use video::{Frame, FrameIndex, Needed, VideoCodec, VideoDecoder, VideoFacts, VideoFrames, probe_video};
