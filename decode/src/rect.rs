//! Rectangles of pixels.

use serde::{Deserialize, Serialize};

/// A rectangle of whole pixels, from the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// First column.
    pub x: u32,
    /// First row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Rect {
    /// The whole of an image.
    pub fn whole(width: u32, height: u32) -> Self {
        Self { x: 0, y: 0, width, height }
    }

    /// Whether it has pixels, all of them in an image of this size.
    pub fn is_inside(&self, width: u32, height: u32) -> bool {
        let fits =
            |at: u32, len: u32, whole: u32| len > 0 && at.checked_add(len).is_some_and(|end| end <= whole);
        fits(self.x, self.width, width) && fits(self.y, self.height, height)
    }

    /// With rows and columns exchanged.
    pub(crate) fn transposed(self) -> Self {
        Self { x: self.y, y: self.x, width: self.height, height: self.width }
    }

    /// The smallest rectangle that holds this one's pixels after the image was divided by `factor`.
    pub(crate) fn divided(&self, factor: u32) -> Self {
        let (x, y) = (self.x / factor, self.y / factor);
        let end = |at: u32, len: u32| (at + len).div_ceil(factor);
        Self { x, y, width: end(self.x, self.width) - x, height: end(self.y, self.height) - y }
    }
}
