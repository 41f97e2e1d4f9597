//! Facets: how many rows hold each class, value or range of a column, of all rows or of some.
//!
//! A page that narrows rows down step by step shows these counts anew after each step. So a column is read once, and kept
//! as a small code for each value ([`Facet`]): its class, its place among the texts, or its bin. Counting the rows of a
//! filter is then a walk over codes, which takes milliseconds for a million rows.

mod bins;
mod build;
mod counts;

pub use bins::{Bins, Quantiles};
pub use counts::{Buckets, Counts, Facet};
