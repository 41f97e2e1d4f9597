//! Videos: size, frame rate, frames and length from headers; where each frame is; and frames, decoded by `ffmpeg`.

mod decode;
mod frames;
mod open;
mod probe;
mod remux;
#[cfg(test)]
mod tests;

pub use decode::{VideoDecoder, VideoFrames};
pub use frames::{FrameIndex, Needed};

pub use probe::{VideoFacts, probe_video};

pub use crate::container::frame_track::Frame;
