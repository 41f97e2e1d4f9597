//! Resizing RGB pixels, eight bits a channel.
//!
//! * [`exact`]: Pillow's result bit for bit: filter weights as integers of 22 bits, a horizontal pass rounded to eight
//!   bits, then a vertical one. What torchvision and timm do with PIL images, and with which published scores were made.
//!   With AVX2 the same sums are made of products of 16 bits ([`groups`]).
//! * [`nearest`]: one source pixel for each pixel, as Pillow picks it.
//!
//! Each computes only a window of the resized image, from only the source pixels that the window needs: resizing and
//! cropping to the centre never computes what is cropped away.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod exact;
mod geometry;
#[cfg(target_arch = "x86_64")]
mod groups;
mod nearest;
mod weights;

pub(crate) use exact::Resizer;
pub(crate) use geometry::{Resizing, Source};
pub(crate) use nearest::NearestResizer;
pub(crate) use weights::{Axis, Kernel, Mapping};
