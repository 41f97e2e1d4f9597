//! `hub show`: shows one row, or saves its image, audio or video to a file.

mod command;
mod facts;
mod row;
mod save;

pub use command::{Show, run};
