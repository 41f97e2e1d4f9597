//! Videos: codec, size, frames, from the index of the container.
//!
//! The facts are those of the first video track. Nothing is decoded, and of a video only headers and
//! indexes are read, so a 5 GB video that is fetched in ranges costs a few of them.

mod probe;
#[cfg(test)]
mod tests;

pub use probe::{VideoFacts, probe_video};
