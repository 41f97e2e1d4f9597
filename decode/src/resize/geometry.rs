//! What is resized to what.

use crate::pixels::Pixels;
use crate::rect::Rect;

/// A crop of the source is resized, and a window of the result is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Resizing {
    /// The crop: columns and rows of the source.
    pub(crate) crop: Rect,
    /// Size of the resized crop in pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The part of the resized crop that is wanted, inside it.
    pub(crate) window: Rect,
}

/// Decoded pixels, which hold at least what a resizing needs.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) pixels: &'a Pixels,
}

impl<'a> Source<'a> {
    /// The bytes of a row, from a column that was decoded (and of the rows below it). Empty if it wasn't decoded.
    pub(crate) fn row(&self, y: u32, x: u32) -> &'a [u8] {
        let area = self.pixels.area;
        let start = u64::from(x.wrapping_sub(area.x)) * 3;
        let stride = u64::from(area.width) * 3;
        let at = u64::from(y.wrapping_sub(area.y)).saturating_mul(stride).saturating_add(start);
        usize::try_from(at).ok().and_then(|at| self.pixels.rgb.get(at..)).unwrap_or_default()
    }
}
