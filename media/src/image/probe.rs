//! Probing an image: which format it is, and who reads it.

use super::facts::{ImageFacts, check_pixels};
use super::{gif, jpeg, png, rare, webp};
use crate::magic::{self, Format};
use crate::{Limits, MediaError};

const PROMISED: &str = "an image in a supported format";

/// Reads the facts of a whole image from its header and makes sure that it is whole.
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
