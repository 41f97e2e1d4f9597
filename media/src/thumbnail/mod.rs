//! A small image of anything: of an image, of raw pixels, of a frame of a video, of the waveform of an audio file.
//!
//! In goes what a cell holds; out comes a [`Thumbnail`], whose longest side is what was requested or, where there
//! are fewer pixels, what there is: enlarging is the page's business. It is upright (EXIF orientation is applied,
//! unlike in [`crate::decode_rgb8`], since people look at it) and can be written as WebP or JPEG.
//!
//! Images and audio files are decoded here. Videos are not: of their codecs hardly one has a decoder in Rust, so a
//! frame comes from `ffmpeg`, another program, which also keeps a decoder of hostile bytes out of this process.
//!
//! ```
//! use hub_media::{Encoding, Limits, Thumbnail, encode_png};
//! let png = encode_png(&[200; 40 * 10], 40, 10, 1)?;
//! let thumbnail = Thumbnail::of_image(&png, 20_u32, &Limits::default())?;
//! assert_eq!((thumbnail.width(), thumbnail.height()), (20, 5));
//! assert!(thumbnail.encode(Encoding::WebP)?.starts_with(b"RIFF"));
//! # Ok::<(), hub_media::MediaError>(())
//! ```

mod encode;
mod ffmpeg;
mod pixels;
mod scale;
#[cfg(test)]
mod tests;
mod view;
mod waveform;

pub use encode::Encoding;
pub use ffmpeg::FfmpegInput;
pub use pixels::Thumbnail;
pub use scale::decoding_bytes;
pub(crate) use scale::shrink as shrink_to;
pub use view::{Crop, View};
