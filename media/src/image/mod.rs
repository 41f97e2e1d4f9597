//! Pictures: facts without decoding, and the two conversions that exporters need.
//!
//! The formats of data sets are walked from the first byte to the end marker by a small reader each
//! (`jpeg`, `png`, `gif`, `webp`), which gives facts and truncation in one pass. The rarer ones (`rare`:
//! BMP, TIFF, PNM) are opened by the `image` crate, which reads their headers only, and their pixel data is
//! measured against the length of the file.
//!
//! Facts are those of the file as stored: EXIF orientation is not applied, since annotations of most data
//! sets don't apply it either.

mod convert;
mod gif;
mod jpeg;
mod png;
mod rare;
#[cfg(test)]
mod tests;
mod webp;

pub(crate) use convert::decode;
pub use convert::{decode_rgb8, encode_png};

use crate::magic::{self, Format};
use crate::{Limits, MediaError};

/// What a picture's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// `jpeg`, `png`, `gif`, `webp`, `bmp`, `tiff` or `pnm`.
    pub format: &'static str,
    /// Pixels a row, as stored.
    pub width: u32,
    /// Rows, as stored.
    pub height: u32,
    /// Colour channels, alpha included: 1 for grey, 3 for RGB (a palette counts as what it maps to), 4 for
    /// RGBA and CMYK.
    pub channels: u32,
}

const PROMISED: &str = "a picture in a supported format";

/// Reads the facts of a whole picture from its header and makes sure that it is whole.
///
/// The file's name does not matter: real data sets hold PNGs named `.JPEG`, which every reader opens.
pub fn probe_image(bytes: &[u8], limits: &Limits) -> Result<ImageFacts, MediaError> {
    let facts = match find(bytes)? {
        Format::Jpeg => jpeg::probe(bytes)?,
        Format::Png => png::probe(bytes)?,
        Format::Gif => gif::probe(bytes)?,
        Format::WebP => webp::probe(bytes)?,
        Format::Bmp => rare::probe_bmp(bytes, limits)?,
        Format::Tiff => rare::probe_tiff(bytes, limits)?,
        Format::Pnm => rare::probe_pnm(bytes, limits)?,
        _ => return Err(MediaError::wrong_magic(PROMISED, bytes)),
    };
    check_pixels(facts.width, facts.height, limits)?;
    Ok(facts)
}

/// The format, or the error that fits bytes of none.
fn find(bytes: &[u8]) -> Result<Format, MediaError> {
    if bytes.is_empty() {
        return Err(MediaError::empty(PROMISED));
    }
    magic::find(bytes).and_then(|magic| magic.format).ok_or_else(|| MediaError::wrong_magic(PROMISED, bytes))
}

fn check_pixels(width: u32, height: u32, limits: &Limits) -> Result<(), MediaError> {
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(MediaError::TooManyPixels { width, height, limit: limits.max_pixels });
    }
    if width == 0 || height == 0 {
        return Err(MediaError::damaged(0, format!("the header says {width} x {height} pixels")));
    }
    Ok(())
}
