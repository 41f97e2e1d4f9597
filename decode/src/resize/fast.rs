//! Resizing by `fast_image_resize`.

use fast_image_resize::images::{TypedCroppedImage, TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::weights::Kernel;
use crate::error::DecodeError;
use crate::pixels::Pixels;
use crate::rect::Rect;

/// Resizes; keeps its buffers.
#[derive(Default)]
pub(crate) struct FastResizer {
    resizer: Resizer,
}

/// What is resized, in pixels of the source's whole image, which may be a scaled one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FastResizing {
    /// Nothing outside this is read: at its edges the filter is cut off, as if the image ended there.
    pub(crate) tight: Rect,
    /// Left, top, width and height of what becomes the result.
    pub(crate) area: [f64; 4],
    pub(crate) kernel: Kernel,
    pub(crate) antialias: bool,
}

impl FastResizer {
    /// Writes the result, of this width and height, to `out`: RGB, row by row.
    pub(crate) fn resize(
        &mut self,
        source: &Pixels,
        resizing: &FastResizing,
        (width, height): (u32, u32),
        out: &mut [u8],
    ) -> Result<(), DecodeError> {
        let FastResizing { tight, area: [left, top, wide, high], kernel, antialias } = *resizing;
        let failed = |error: &dyn std::fmt::Display| DecodeError::Format {
            format: "image",
            problem: format!("resizing {tight:?} of {:?} to {width} x {height}: {error}", source.area),
        };
        let area = source.area;
        let image = TypedImageRef::<U8x3>::from_buffer(area.width, area.height, &source.rgb)
            .map_err(|error| failed(&error))?;
        let (x, y) = (tight.x.wrapping_sub(area.x), tight.y.wrapping_sub(area.y));
        let tight_image = TypedCroppedImage::from_ref(&image, x, y, tight.width, tight.height)
            .map_err(|error| failed(&error))?;
        let mut target =
            TypedImage::<U8x3>::from_buffer(width, height, out).map_err(|error| failed(&error))?;
        let filter = match kernel {
            Kernel::Bilinear => FilterType::Bilinear,
            Kernel::Bicubic => FilterType::CatmullRom,
        };
        let algorithm =
            if antialias { ResizeAlg::Convolution(filter) } else { ResizeAlg::Interpolation(filter) };
        // The sums of f64 may pass the edge by their last bit.
        let inside = |at: f64, len: f64, from: u32, side: u32| {
            let at = (at - f64::from(from)).clamp(0.0, f64::from(side));
            (at, len.min(f64::from(side) - at))
        };
        let (left, wide) = inside(left, wide, tight.x, tight.width);
        let (top, high) = inside(top, high, tight.y, tight.height);
        let options = ResizeOptions::new().resize_alg(algorithm).crop(left, top, wide, high);
        // The types are named, so that the resizer isn't compiled for all others.
        self.resizer.resize_typed::<U8x3>(&tight_image, &mut target, &options).map_err(|error| failed(&error))
    }
}
