//! The operations on a data set, each a file.
//!
//! Those that change a branch are [`crate::commit::Change`]s; they are methods of
//! [`crate::Dataset`] that commit them.

pub mod adopt;
pub mod append;
pub mod append_key;
pub mod branch;
pub mod columns;
pub mod compact;
pub mod copy_runs;
pub mod delete;
pub mod derived;
pub mod diff;
pub mod edit;
pub mod facets;
pub mod fragment_builder;
pub mod fsck;
pub mod gc;
pub mod history;
pub mod log;
pub mod merge;
pub mod nearest;
pub mod order;
pub mod overwrite;
pub mod packed_rows;
pub mod pictures;
pub mod points;
mod reachable;
pub mod remove;
pub mod revert;
mod rewrite;
pub mod row_edits;
pub mod row_log;
pub mod runs;
pub mod split;
pub mod stats;
pub mod tag;
pub mod unlike;
pub mod values;
pub mod view;
