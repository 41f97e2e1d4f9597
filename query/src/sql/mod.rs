//! From a query's text to a statement that may be planned.
//!
//! [`tokens`] refuses queries that are too large to parse, [`parse`] statements that do more than read, and [`names`]
//! resolves names as users write them to columns of the table. [`late_media`] splits a query so that media are
//! read last. [`position`] finds the position that an error is about.

pub mod late_media;
pub mod names;
pub mod parse;
pub mod position;
pub mod tokens;
