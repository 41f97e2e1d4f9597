//! SQL queries.

mod sql;
mod targets;

pub use sql::*;
