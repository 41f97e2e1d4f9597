//! Class labels in queries: from names of classes and synsets to the class numbers that are stored.
//!
//! [`classes`] finds out whether an expression is a label, and of which classes, [`concept`] resolves synsets, and
//! [`rewrite`] replaces conditions on labels by conditions on numbers, in the logical plan. Before it,
//! [`crate::sql::names`] wraps texts that are compared with labels into calls that it replaces; after it,
//! [`crate::table::label_set`] reads the resulting conditions, for statistics and label indexes.

pub mod classes;
pub mod concept;
pub mod rewrite;
