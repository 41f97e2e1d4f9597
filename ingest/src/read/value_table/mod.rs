//! A table of values without media: a CSV or Parquet file whose columns are added to a data set.
//!
//! In: one file. Out: its columns, whole, each with its type: Parquet's own, or for CSV the narrowest of integer, float,
//! boolean, time and text that all cells have. A column may also be read as a type that is known already, that of the
//! data set's column whose values it replaces.

mod csv;
mod parquet;
mod read;
mod table;
#[cfg(test)]
mod tests;
mod typed;

pub use table::{TableColumn, ValueTable};
pub use typed::BadCell;
