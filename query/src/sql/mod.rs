//! From a query's text to a statement that may be planned.
//!
//! [`tokens`] refuses what would cost too much to parse, [`parse`] whatever does more than read, and [`names`] turns
//! the names that people write into those that the table has. [`late_media`] splits a query so that media are
//! read last. [`position`] finds the place that an error is about.

pub mod late_media;
pub mod names;
pub mod parse;
pub mod position;
pub mod tokens;
