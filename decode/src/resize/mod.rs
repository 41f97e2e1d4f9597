//! Resizing RGB pixels, eight bits a channel.
//!
//! * [`exact`]: Pillow's result bit for bit: filter weights as integers of 22 bits, a horizontal pass rounded to eight
//!   bits, then a vertical one. What torchvision and timm do with PIL images, and with which published scores were made.
//! * [`fast`]: `fast_image_resize`, whose weights have fewer bits: single values differ by one.
//! * [`nearest`]: one source pixel for each pixel, as Pillow picks it; the same in both modes.
//!
//! Each computes only a window of the resized image, from only the source pixels that the window needs: resizing and
//! cropping to the centre never computes what is cropped away.

mod exact;
mod fast;
mod geometry;
mod nearest;
mod weights;

pub(crate) use exact::ExactResizer;
pub(crate) use fast::{FastResizer, FastResizing};
pub(crate) use geometry::{Resizing, Source};
pub(crate) use nearest::NearestResizer;
pub(crate) use weights::{Axis, Kernel};
