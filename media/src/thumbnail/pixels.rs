//! The pixels of a thumbnail, and how many there may be.

use image::DynamicImage;

/// A small image, in RGB or RGBA of eight bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Thumbnail(pub(super) DynamicImage);

impl Thumbnail {
    /// The width in pixels.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// The height in pixels.
    pub fn height(&self) -> u32 {
        self.0.height()
    }
}

/// Width and height in which an image's longest side has at most `size` pixels.
pub(super) fn fit(width: u32, height: u32, size: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let size = size.clamp(1, longest);
    let scaled = |side: u32| (f64::from(side) * f64::from(size) / f64::from(longest)).round() as u32;
    (scaled(width).max(1), scaled(height).max(1))
}
