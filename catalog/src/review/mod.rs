//! Answers of people about rows that a review queue showed them.
//!
//! An answer is about a row, by its permanent id, and so holds in every revision. It is of no use for reading the data set,
//! and lost with the database.

mod answers;

pub use answers::Review;
