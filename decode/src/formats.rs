//! Formats other than JPEG, by the `image` crate: PNG, WebP, GIF, BMP, TIFF, PNM.

use std::io::Cursor;

use hub_media::probe_image;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use crate::error::DecodeError;
use crate::limits::Limits;
use crate::orientation::Orientation;
use crate::pixels::Pixels;
use crate::rect::Rect;

/// Size as stored, by the header alone.
pub(crate) fn size(bytes: &[u8], limits: &Limits) -> Result<(u32, u32), DecodeError> {
    let facts = probe_image(bytes, &limits.of_headers())?;
    Ok((facts.width, facts.height))
}

/// Decodes the (first) image as it is stored.
///
/// Grey is repeated three times, a palette looked up, alpha dropped. Of sixteen bits the upper eight are kept, which is a
/// scaling; Pillow's `convert("RGB")` of a grey image cuts at 255 instead.
pub(crate) fn decode(bytes: &[u8], limits: &Limits, pixels: &mut Pixels) -> Result<Orientation, DecodeError> {
    let facts = probe_image(bytes, &limits.of_headers())?;
    if let Some(rgb) = plain_ppm(bytes, facts.width, facts.height) {
        let needed = rgb.len() as u64;
        if needed > limits.max_bytes {
            return Err(DecodeError::TooManyBytes { needed, limit: limits.max_bytes });
        }
        pixels.area = Rect::whole(facts.width, facts.height);
        pixels.rgb.clear();
        pixels.rgb.extend_from_slice(rgb);
        return Ok(Orientation::default());
    }
    let failed = |error: ImageError| DecodeError::Format { format: facts.format, problem: error.to_string() };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| failed(ImageError::IoError(error)))?;
    let mut memory = image::Limits::default();
    memory.max_alloc = Some(limits.max_bytes);
    reader.limits(memory);
    let mut decoder = reader.into_decoder().map_err(failed)?;
    // As decoded, and as RGB.
    let (width, height) = decoder.dimensions();
    let needed = decoder.total_bytes().saturating_add(u64::from(width) * u64::from(height) * 3);
    if needed > limits.max_bytes {
        return Err(DecodeError::TooManyBytes { needed, limit: limits.max_bytes });
    }
    let orientation = decoder.orientation().map_or(1, image::metadata::Orientation::to_exif);
    let image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    pixels.area = Rect::whole(image.width(), image.height());
    pixels.rgb = rgb(image);
    Ok(Orientation::of_exif(orientation))
}

/// The pixels of a binary PPM without comments, as stored copies of images are: they lie in the file as they are.
fn plain_ppm(bytes: &[u8], width: u32, height: u32) -> Option<&[u8]> {
    let rgb = bytes.strip_prefix(format!("P6\n{width} {height}\n255\n").as_bytes())?;
    (rgb.len() as u64 == u64::from(width) * u64::from(height) * 3).then_some(rgb)
}

/// RGB of eight bits.
fn rgb(image: DynamicImage) -> Vec<u8> {
    let high = |values: Vec<u16>| values.into_iter().map(|value| (value >> 8) as u8).collect::<Vec<u8>>();
    match image {
        DynamicImage::ImageLuma16(image) => repeated(&high(image.into_raw()), 1),
        DynamicImage::ImageLumaA16(image) => repeated(&high(image.into_raw()), 2),
        DynamicImage::ImageRgb16(image) => high(image.into_raw()),
        DynamicImage::ImageRgba16(image) => without_alpha(&high(image.into_raw())),
        DynamicImage::ImageLuma8(image) => repeated(image.as_raw(), 1),
        DynamicImage::ImageLumaA8(image) => repeated(image.as_raw(), 2),
        DynamicImage::ImageRgba8(image) => without_alpha(image.as_raw()),
        other => other.into_rgb8().into_raw(),
    }
}

/// Each first of `channels` values, three times.
fn repeated(values: &[u8], channels: usize) -> Vec<u8> {
    values.chunks_exact(channels).flat_map(|pixel| [pixel[0]; 3]).collect()
}

fn without_alpha(values: &[u8]) -> Vec<u8> {
    values.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}
