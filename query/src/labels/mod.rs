//! Class labels in queries: from what a query says of a label to the numbers that are stored.
//!
//! [`classes`] knows whether an expression is a label, and of which classes, [`concept`] what a synset's name means,
//! and [`rewrite`] replaces what a query says of labels by conditions on numbers, in the logical plan. Beside it,
//! [`crate::sql::names`] only carries texts that are compared with labels to it, and
//! [`crate::table::label_set`] reads the conditions that it made, for statistics and label indexes.

pub mod classes;
pub mod concept;
pub mod rewrite;
