//! From a question's text to a statement that may be planned.
//!
//! [`tokens`] refuses what would cost too much to look at, [`parse`] whatever isn't a question, and [`names`]
//! turns the names that people write into those that the table has.

pub mod late_media;
pub mod names;
pub mod parse;
pub mod tokens;
