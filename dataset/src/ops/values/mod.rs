//! Values: add columns and classes, replace values of columns.
//!
//! Only the columns that are named are written, and only in the fragments that hold the rows: a relabelled row
//! costs a file of one fragment's labels, never an image. What was replaced is recorded with the file (a *patch*:
//! the commit's nonce, the columns, the rows), so that conflicts between two writers, or two branches, are found row by
//! row.

mod apply;
mod edit;
mod place;
mod write;

pub use edit::{ColumnValues, ValueEdit};
pub(super) use write::WriteValues;
