//! `hub stream`: reads epochs as a training job would, and reports the throughput.

mod array_bytes;
mod command;

pub use command::{Stream, run};
