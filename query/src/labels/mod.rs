//! Class labels in queries: names of classes, computed from the class numbers that are stored.
//!
//! [`classes`] finds out whether an expression is a label, and of which classes, [`numbers`] finds the stored numbers
//! of a label, [`concept`] resolves synsets, and [`rewrite`] replaces the functions of labels in the logical plan.
//! [`crate::table::by_class`] makes conditions on numbers of conditions on names, and [`crate::table::label_set`]
//! reads them, for statistics and label indexes.

pub mod classes;
pub mod concept;
pub mod numbers;
pub mod rewrite;
