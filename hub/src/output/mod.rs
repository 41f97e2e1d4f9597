//! Formatting for people: numbers with units, ages, aligned columns, values of a row.

mod clip;
pub mod json;
mod numbers;
mod table;
mod value;

pub use clip::clip;
pub use numbers::{age, bytes, bytes_and_rate, counted, duration, number, per_second};
pub use table::{Align, Table, pairs};
pub use value::describe as value_lines;
