//! Encoded image ⇄ raw pixels, for the formats that hold one where a data set has the other.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageReader};

use super::facts::check_pixels;
use super::probe::probe_image;
use crate::{Limits, MediaError};

/// Decodes an image to RGB, eight bits a channel, row by row from the top left: pixels, width, height.
///
/// Grey is repeated three times, alpha dropped, sixteen bits scaled to eight, CMYK converted: what
/// Pillow's `convert("RGB")` does. Orientation is as stored.
pub fn decode_rgb8(bytes: &[u8], limits: &Limits) -> Result<(Vec<u8>, u32, u32), MediaError> {
    let image = decode(bytes, limits)?.0.into_rgb8();
    let (width, height) = image.dimensions();
    Ok((image.into_raw(), width, height))
}

/// Decodes an image as it is stored; how it must be turned to be upright.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<(DynamicImage, Orientation), MediaError> {
    // Before the decoder sees it: the limit on pixels, and a better error than a decoder gives.
    probe_image(bytes, limits)?;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut memory = image::Limits::default();
    // Eight bytes: sixteen bits of RGBA, the most a pixel can take.
    let most_bytes = limits.max_pixels.saturating_mul(8);
    memory.max_alloc = Some(most_bytes);
    reader.limits(memory);
    let wrong = |error: ImageError| MediaError::Decode(error.to_string());
    let mut decoder = reader.into_decoder().map_err(wrong)?;
    if decoder.total_bytes() > most_bytes {
        return Err(MediaError::Decode(format!("its pixels take {} bytes", decoder.total_bytes())));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(wrong)?, orientation))
}

/// Encodes raw pixels, eight bits a channel, row by row from the top left, as a PNG of 1 (grey), 2 (grey
/// and alpha), 3 (RGB) or 4 (RGBA) channels.
pub fn encode_png(pixels: &[u8], width: u32, height: u32, channels: u32) -> Result<Vec<u8>, MediaError> {
    let colour = match channels {
        1 => ExtendedColorType::L8,
        2 => ExtendedColorType::La8,
        3 => ExtendedColorType::Rgb8,
        4 => ExtendedColorType::Rgba8,
        _ => {
            return Err(MediaError::Unsupported(format!(
                "a PNG of {channels} channels (it may have 1 to 4)"
            )));
        }
    };
    check_pixels(width, height, &Limits { max_pixels: u64::MAX, ..Limits::default() })?;
    let expected = u64::from(width).saturating_mul(height.into()).saturating_mul(channels.into());
    if pixels.len() as u64 != expected {
        return Err(MediaError::PixelCount { found: pixels.len(), expected, width, height, channels });
    }
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(pixels, width, height, colour)
        .map_err(|error| MediaError::Unsupported(error.to_string()))?;
    Ok(png)
}
