//! `hub eval`: scores a model on a data set, and stores the run beside it.

mod against;
mod args;
mod command;
mod explain;
mod model;
mod print;
mod progress;
mod scenario;
mod valid_file;

pub use args::Eval;
pub use command::run;
pub use print::{csv, describe};
