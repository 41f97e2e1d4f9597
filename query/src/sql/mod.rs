//! From a query's text to a statement that may be planned.
//!
//! [`tokens`] refuses queries that are too large to parse, [`parse`] (with the [`dialect`] of queries) statements that
//! do more than read, [`meaning`] what would be answered differently from what it says, and [`names`]
//! resolves names as users write them to columns of the table. [`late_media`] splits a query so that media are
//! read last, and [`row_positions`] makes a query select positions. [`position`] finds the position that an error is
//! about.

pub mod dialect;
pub mod late_media;
pub mod meaning;
pub mod names;
pub mod parse;
pub mod position;
pub mod row_positions;
pub mod tokens;
