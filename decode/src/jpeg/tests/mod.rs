//! JPEG decoding, compared with libjpeg-turbo alone.

mod damage;
mod equal;
mod index;
mod limits;
mod parts;

use super::{DctScale, Entropy, JpegDecoder, JpegOptions, JpegReport};
use crate::error::DecodeError;
use crate::pixels::Pixels;
use crate::rect::Rect;
use crate::testing::{Encode, Random, SAMPLINGS};

/// Decodes with libjpeg-turbo alone.
fn reference(jpeg: &[u8], scale: DctScale) -> Result<(Pixels, JpegReport), DecodeError> {
    let options = JpegOptions { entropy: Entropy::Libjpeg, scale, ..JpegOptions::default() };
    let mut pixels = Pixels::default();
    let report = JpegDecoder::new()?.decode(jpeg, None, &options, &mut pixels)?;
    Ok((pixels, report))
}

/// JPEGs that the Huffman decoder of this crate decodes, and others.
fn kinds() -> Vec<(Encode, Vec<u8>)> {
    let mut kinds = Vec::new();
    let sizes = [(200, 147), (64, 64), (17, 33), (1, 1), (8, 8), (3, 100), (321, 16), (257, 129)];
    for (seed, sampling) in SAMPLINGS.into_iter().enumerate() {
        for (quality, (width, height)) in [20, 50, 75, 90, 95, 99, 100, 85].into_iter().zip(sizes) {
            let encode = Encode { quality, sampling, optimize: quality % 2 == 0, ..Encode::default() };
            kinds.push((encode, encode.picture(width, height, seed as u64 * 100 + quality as u64)));
        }
        let plain = Encode { sampling, ..Encode::default() };
        for encode in [
            Encode { progressive: true, ..plain },
            Encode { arithmetic: true, ..plain },
            Encode { restart_rows: 1, ..plain },
            Encode { restart_rows: 3, quality: 100, ..plain },
        ] {
            kinds.push((encode, encode.picture(150, 113, seed as u64)));
        }
        let cmyk = Encode { cmyk: true, ..plain };
        if sampling != crate::testing::GREY {
            kinds.push((cmyk, cmyk.picture(90, 70, seed as u64)));
        }
    }
    kinds
}

/// A rectangle inside an image.
fn rect(random: &mut Random, width: u32, height: u32) -> Rect {
    let (x, y) = (random.below(width), random.below(height));
    Rect { x, y, width: 1 + random.below(width - x), height: 1 + random.below(height - y) }
}
