//! The `ffmpeg` program: runs it within limits, and reads its complaints.
//!
//! It decodes what nothing in Rust decodes, and keeps a decoder of hostile bytes out of this process.

mod error;
mod program;

pub use error::FfmpegError;
pub(crate) use program::{Said, run};
