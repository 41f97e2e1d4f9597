//! Thumbnails as files.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbImage, RgbaImage};

use super::pixels::Thumbnail;
use crate::MediaError;

/// The quality of WebP thumbnails, 0 to 100.
const WEBP_QUALITY: f32 = 80.0;
/// The quality of JPEG thumbnails, 0 to 100.
const JPEG_QUALITY: u8 = 85;

/// How a thumbnail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Lossy WebP, with alpha.
    WebP,
    /// JPEG; what is transparent becomes white.
    Jpeg,
}

impl Encoding {
    /// The media type: `image/webp`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

impl Thumbnail {
    /// The thumbnail as a file.
    ///
    /// # Errors
    /// The encoder has no memory.
    pub fn encode(&self, encoding: Encoding) -> Result<Vec<u8>, MediaError> {
        match encoding {
            Encoding::WebP => self.to_webp(),
            Encoding::Jpeg => self.to_jpeg(),
        }
    }

    fn to_webp(&self) -> Result<Vec<u8>, MediaError> {
        let (width, height) = (self.width(), self.height());
        let encoder = match &self.0 {
            DynamicImage::ImageRgba8(image) => webp::Encoder::from_rgba(image, width, height),
            DynamicImage::ImageRgb8(image) => webp::Encoder::from_rgb(image, width, height),
            other => return Err(MediaError::Unsupported(format!("{:?} as WebP", other.color()))),
        };
        let written = encoder.encode_simple(false, WEBP_QUALITY);
        written.map(|webp| webp.to_vec()).map_err(|e| MediaError::Unsupported(format!("as WebP: {e:?}")))
    }

    fn to_jpeg(&self) -> Result<Vec<u8>, MediaError> {
        let flat = match &self.0 {
            DynamicImage::ImageRgba8(image) => flatten(image),
            other => other.to_rgb8(),
        };
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)
            .encode_image(&flat)
            .map_err(|error| MediaError::Unsupported(error.to_string()))?;
        Ok(jpeg)
    }
}

/// The image on white.
fn flatten(image: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [colour @ .., alpha] = image.get_pixel(x, y).0;
        let alpha = u16::from(alpha);
        image::Rgb(colour.map(|c| ((u16::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    })
}
