//! A small picture of anything: of a picture, of raw pixels, of a frame of a film, of the waveform of a sound.
//!
//! In goes what a cell holds; out comes a [`Thumbnail`], whose longest side is what was asked for or, where there
//! are fewer pixels, what there is: enlarging is the page's business. It is upright (EXIF orientation is applied,
//! unlike in [`crate::decode_rgb8`], since people look at it) and can be written as WebP or JPEG.
//!
//! Pictures and sounds are decoded here. Films are not: of their codecs hardly one has a decoder in Rust, so a
//! frame comes from `ffmpeg`, another program, which also keeps a decoder of hostile bytes out of this process.
//!
//! ```
//! use hub_media::{Encoding, Limits, Thumbnail, encode_png};
//! let png = encode_png(&[200; 40 * 10], 40, 10, 1)?;
//! let thumbnail = Thumbnail::of_picture(&png, 20, &Limits::default())?;
//! assert_eq!((thumbnail.width(), thumbnail.height()), (20, 5));
//! assert!(thumbnail.encode(Encoding::WebP)?.starts_with(b"RIFF"));
//! # Ok::<(), hub_media::MediaError>(())
//! ```

mod encode;
mod film;
mod picture;
mod program;
mod sound;
#[cfg(test)]
mod tests;

use image::DynamicImage;

pub use encode::Encoding;
pub use film::{Film, FilmError};
pub use picture::decoding_bytes;

/// A small picture, in RGB or RGBA of eight bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Thumbnail(DynamicImage);

impl Thumbnail {
    /// Pixels a row.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.0.height()
    }
}

/// Width and height in which a picture's longest side has at most `size` pixels.
fn fit(width: u32, height: u32, size: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let size = size.clamp(1, longest);
    let scaled = |side: u32| (f64::from(side) * f64::from(size) / f64::from(longest)).round() as u32;
    (scaled(width).max(1), scaled(height).max(1))
}
