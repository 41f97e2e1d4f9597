//! Clips of videos: frames in equal steps, each transformed as an image.

mod backend;
mod clip;
#[cfg(feature = "ffmpeg")]
mod library;
mod spec;
#[cfg(test)]
mod tests;

pub use backend::{FrameDecoder, VideoBackend, ffmpeg_library};
pub use clip::{Clip, ClipDecoder, ClipReader, ClipSource, IndexUse};
pub use spec::{ClipLimits, ClipSpec};
