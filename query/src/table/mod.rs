//! Revisions of data sets as the table `samples`.
//!
//! [`tables`] are the revisions, [`columns`] says what the table's columns are and where each data set has them,
//! [`conditions`] which rows a query wants, and of its labels which classes ([`label_set`]). [`provider`] puts a
//! [`scan`] together, and [`scan_exec`] is that scan as a step of a plan. [`scan_units`] finds the row groups that
//! may hold an answer, [`prune`] by their statistics; [`read`] reads each of them, the columns of the conditions
//! first and the rest only for the rows that are left, and [`scan_rows`] puts them in order.

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

pub use names::{DATASET, POSITION, ROW_ID, SPLIT, SYSTEM, TABLE};
pub use tables::{NamedSnapshot, Tables};
