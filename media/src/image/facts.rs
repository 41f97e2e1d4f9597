//! The facts of an image, and the check of its size.

use crate::{Limits, MediaError};

/// What an image's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// `jpeg`, `png`, `gif`, `webp`, `bmp`, `tiff` or `pnm`.
    pub format: &'static str,
    /// Width in pixels, as stored (before EXIF orientation).
    pub width: u32,
    /// Height in pixels, as stored (before EXIF orientation).
    pub height: u32,
    /// Colour channels, alpha included: 1 for grey, 3 for RGB (a palette counts as what it maps to), 4 for
    /// RGBA and CMYK.
    pub channels: u32,
    /// The EXIF orientation, 1 to 8: how the stored pixels are turned for display. 1 where the file gives none: as
    /// stored. From 5 on, width and height are exchanged.
    pub orientation: u8,
}

impl ImageFacts {
    /// Width and height in pixels as displayed, with the EXIF orientation applied.
    pub const fn upright_size(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Refuses images of no pixels, and of more than the limits allow.
pub(super) fn check_pixels(width: u32, height: u32, limits: &Limits) -> Result<(), MediaError> {
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(MediaError::TooManyPixels { width, height, limit: limits.max_pixels });
    }
    if width == 0 || height == 0 {
        return Err(MediaError::damaged(0, format!("the header says {width} x {height} pixels")));
    }
    Ok(())
}
