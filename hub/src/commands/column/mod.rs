//! `hub column`: adds columns from a table of values.

mod add;
mod command;

pub use command::{Column, run};
