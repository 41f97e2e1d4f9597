//! `hub stream`: reads epochs as a training job would, and reports the throughput.

mod array_bytes;
mod command;
mod decode_args;
mod epoch;
mod plan_args;
mod rows;
mod state_file;

pub use command::{Stream, run};
