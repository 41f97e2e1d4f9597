//! Which part of an image a thumbnail shows, and how large.

use image::DynamicImage;

use crate::MediaError;

/// A part of an image, in pixels from its top left corner; what lies outside of the image is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Crop {
    /// Pixels left of it.
    pub x: u32,
    /// Pixels above it.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// What a thumbnail shows of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// The longest side of the thumbnail in pixels; less where there are fewer.
    pub size: u32,
    /// Only this part of the upright image.
    pub crop: Option<Crop>,
    /// Whether it is a square from the middle of that.
    pub is_square: bool,
}

/// All of the image.
impl From<u32> for View {
    fn from(size: u32) -> Self {
        Self { size, crop: None, is_square: false }
    }
}

impl View {
    /// Whether not all of the image is shown.
    pub(super) const fn is_part(&self) -> bool {
        self.crop.is_some() || self.is_square
    }

    /// The part of an upright image.
    ///
    /// # Errors
    /// It lies outside of the image.
    pub(super) fn part_of(&self, image: DynamicImage) -> Result<DynamicImage, MediaError> {
        let mut image = image;
        if let Some(Crop { x, y, width, height }) = self.crop {
            let (wide, high) = (image.width(), image.height());
            if x >= wide || y >= high {
                let problem =
                    format!("the part at {x}, {y} lies outside of the image of {wide} x {high} pixels");
                return Err(MediaError::Unsupported(problem));
            }
            image = image.crop_imm(x, y, width.clamp(1, wide - x), height.clamp(1, high - y));
        }
        if self.is_square {
            let (wide, high) = (image.width(), image.height());
            let side = wide.min(high);
            image = image.crop_imm((wide - side) / 2, (high - side) / 2, side, side);
        }
        Ok(image)
    }
}
