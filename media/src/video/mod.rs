//! Films: codec, size, frames, from the index of the container.
//!
//! The facts are those of the first track of pictures. Nothing is decoded, and of a film only headers and
//! indexes are read, so a 5 GB film that is fetched in ranges costs a few of them.

mod probe;
#[cfg(test)]
mod tests;

pub use probe::{VideoFacts, probe_video};
