//! Revisions of data sets as the table `samples`.
//!
//! [`tables`] are the revisions, [`columns`] maps the table's columns to those of each data set, and [`conditions`]
//! are the pushed-down filters, with the classes that they allow for a label ([`label_set`]). [`provider`] builds a
//! [`scan`], and [`scan_exec`] is that scan as a step of a plan. [`scan_units`] finds the row groups that may hold
//! matching rows, [`prune`] by their statistics; [`read`] reads each of them, the columns of the conditions first and
//! the rest only for the rows that meet them, and [`scan_rows`] gives the rows in order.

pub mod by_class;
pub mod class_names;
pub mod columns;
pub mod conditions;
pub mod convert;
pub mod label_set;
pub mod names;
pub mod provider;
pub mod prune;
pub mod read;
pub mod scan;
pub mod scan_estimate;
pub mod scan_exec;
pub mod scan_rows;
pub mod scan_units;
pub mod tables;

pub use names::{DATASET, POSITION, PREDICTIONS, ROW_ID, ROW_POSITION, SPLIT, SYSTEM, TABLE};
pub use tables::{NamedSnapshot, Tables};
