//! Values: add a column, replace values of columns.
//!
//! Only the columns that are named are written, and only in the fragments that hold the rows: a relabelled row
//! costs a file of one fragment's labels, never an image. What was replaced is recorded with the file (a *patch*:
//! the commit's nonce, the columns, the rows), so that conflicts between two writers, or two branches, are found row by
//! row.

mod add;
mod apply;
mod column_values;
mod place;
mod replace;

pub use column_values::ColumnValues;
