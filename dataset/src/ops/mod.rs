//! The operations on a data set, each a file.
//!
//! Those that change a branch are [`crate::commit::Change`]s; they are methods of
//! [`crate::Dataset`] that commit them.

pub mod append;
pub mod branch;
pub mod columns;
pub mod delete;
pub mod log;
pub mod overwrite;
pub mod pack;
pub mod packed;
pub mod revert;
pub mod tag;
