//! Clips of videos: frames in equal steps, each transformed as an image.

mod clip;
mod spec;
#[cfg(test)]
mod tests;

pub use clip::{Clip, ClipDecoder};
pub use spec::{ClipLimits, ClipSpec};
