//! Videos: size, frame rate, frames and length from headers; where each frame is; and frames, decoded by `ffmpeg`.

mod codec;
mod decode;
mod frames;
mod open;
mod probe;
mod remux;
mod stored;
#[cfg(test)]
mod tests;
mod varint;

pub use decode::{VideoDecoder, VideoFrames};
pub use frames::{FrameIndex, Needed};

pub use probe::{VideoFacts, probe_video};

pub use crate::container::frame_track::Frame;
pub use crate::container::video_codec::VideoCodec;
