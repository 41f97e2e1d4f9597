//! Streams a revision as Arrow batches.

mod batches;
mod builder;
mod error;
mod state;

pub use batches::BatchStream;
pub use builder::{DEFAULT_BATCH_SIZE, DEFAULT_PREFETCH_BYTES, DEFAULT_WINDOW_CHUNKS, StreamBuilder};
pub use error::{Error, Result};
pub use state::{Plan, StreamState};
