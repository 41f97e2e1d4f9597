//! Scales images and raw pixels down.

use image::imageops::FilterType;
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, RgbImage, RgbaImage};

use super::pixels::{Thumbnail, fit};
use super::view::View;
use crate::image::{ImageFacts, decode};
use crate::{Limits, MediaError};

/// An image is averaged down to this many times its final size before it is filtered: averaging is quick, and
/// so coarse that it shows at the final size.
const AVERAGED_TIMES: u32 = 3;

/// About the bytes that decoding an image takes, by its facts.
pub fn decoding_bytes(facts: &ImageFacts) -> u64 {
    // Of a JPEG three bytes a pixel, and six of coefficients if it is progressive; of anything else as many as
    // its channels, sixteen bits each at worst.
    let pixel_bytes = if facts.format == "jpeg" { 9 } else { 2 * u64::from(facts.channels.max(3)) };
    u64::from(facts.width) * u64::from(facts.height) * pixel_bytes
}

impl Thumbnail {
    /// Of an encoded image; of an animation, its first frame.
    ///
    /// # Errors
    /// It is damaged, or has more pixels than `limits` allow, which is found out before it is decoded.
    pub fn of_image(bytes: &[u8], view: impl Into<View>, limits: &Limits) -> Result<Self, MediaError> {
        let (mut image, orientation) = decode(bytes, limits)?;
        let view = view.into();
        if view.is_part() {
            // A part is one of the upright image.
            image.apply_orientation(orientation);
            return Ok(Self(shrink(view.part_of(image)?, view.size)));
        }
        let mut small = shrink(image, view.size);
        small.apply_orientation(orientation);
        Ok(Self(small))
    }

    /// Of raw pixels, eight bits a channel, row by row from the top left, with 1 (grey), 2 (grey and alpha),
    /// 3 (RGB) or 4 (RGBA) channels.
    ///
    /// # Errors
    /// They are not as many as that makes.
    pub fn of_pixels(
        pixels: Vec<u8>,
        (width, height, channels): (u32, u32, u32),
        view: impl Into<View>,
    ) -> Result<Self, MediaError> {
        let view = view.into();
        let (found, expected) =
            (pixels.len(), u64::from(width).saturating_mul(height.into()).saturating_mul(channels.into()));
        let wrong = || MediaError::PixelCount { found, expected, width, height, channels };
        if found as u64 != expected || expected == 0 {
            return Err(wrong());
        }
        let image: Option<DynamicImage> = match channels {
            1 => GrayImage::from_raw(width, height, pixels).map(Into::into),
            2 => GrayAlphaImage::from_raw(width, height, pixels).map(Into::into),
            3 => RgbImage::from_raw(width, height, pixels).map(Into::into),
            4 => RgbaImage::from_raw(width, height, pixels).map(Into::into),
            _ => None,
        };
        Ok(Self(shrink(view.part_of(image.ok_or_else(wrong)?)?, view.size)))
    }

    /// Of an encoded mask, whose numbers of classes are too small to be distinguished by eye: the greatest becomes
    /// white, where they are not colours.
    ///
    /// # Errors
    /// As [`Thumbnail::of_image`].
    pub fn of_mask(bytes: &[u8], view: impl Into<View>, limits: &Limits) -> Result<Self, MediaError> {
        let view = view.into();
        let (image, _) = decode(bytes, limits)?;
        let image = match image {
            DynamicImage::ImageLuma8(mut grey) => {
                let most = grey.iter().copied().max().unwrap_or_default().max(1);
                grey.iter_mut().for_each(|p| *p = (u16::from(*p) * 255 / u16::from(most)) as u8);
                grey.into()
            }
            DynamicImage::ImageLuma16(wide) => {
                let most = u32::from(wide.iter().copied().max().unwrap_or_default().max(1));
                let narrow = wide.iter().map(|p| (u32::from(*p) * 255 / most) as u8).collect();
                let (width, height) = wide.dimensions();
                GrayImage::from_raw(width, height, narrow).unwrap_or_default().into()
            }
            colours => colours,
        };
        Ok(Self(shrink(view.part_of(image)?, view.size)))
    }
}

/// Makes an image small, and RGB or RGBA of eight bits.
pub(crate) fn shrink(image: DynamicImage, size: u32) -> DynamicImage {
    let (width, height) = fit(image.width(), image.height(), size);
    let has_alpha = image.color().has_alpha();
    let mut image = image;
    if has_alpha {
        image = DynamicImage::ImageRgba8(premultiply(image.into_rgba8()));
    }
    // Each side by itself: a filter's memory grows with the longer one.
    let averaged = |side: u32, small: u32| match small * AVERAGED_TIMES {
        wide if side > 2 * wide => wide,
        _ => side,
    };
    let sides = (averaged(image.width(), width), averaged(image.height(), height));
    if sides != (image.width(), image.height()) {
        image = image.thumbnail_exact(sides.0, sides.1);
    }
    if (width, height) != (image.width(), image.height()) {
        image = image.resize_exact(width, height, FilterType::CatmullRom);
    }
    if has_alpha { unpremultiply(image.into_rgba8()).into() } else { image.into_rgb8().into() }
}

/// Multiplies colours by their alpha, so that what can't be seen doesn't bleed into what can.
fn premultiply(mut image: ImageBuffer<image::Rgba<u8>, Vec<u8>>) -> RgbaImage {
    for pixel in image.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for channel in &mut pixel.0[..3] {
            *channel = ((u16::from(*channel) * alpha + 127) / 255) as u8;
        }
    }
    image
}

fn unpremultiply(mut image: RgbaImage) -> RgbaImage {
    for pixel in image.pixels_mut() {
        let alpha = u16::from(pixel[3]).max(1);
        for channel in &mut pixel.0[..3] {
            *channel = ((u16::from(*channel) * 255 + alpha / 2) / alpha).min(255) as u8;
        }
    }
    image
}
