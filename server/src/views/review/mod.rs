//! What is worth a look: rows that are likely wrong, found in several ways.
//!
//! Each way is a queue ([`queue::QueueKind`]): rows in an order, some with a label that is suggested instead. What needs all
//! pictures or all vectors of a revision is made in the background ([`make`]) and kept by commit; [`page`] shows a part of it
//! without the rows that people said are right, and [`summary`] counts all queues. [`lists`] are those that programs read:
//! duplicates of any kind and outliers.

pub mod disagrees;
pub mod lists;
pub mod make;
pub mod page;
pub mod queue;
pub mod source;
pub mod summary;
