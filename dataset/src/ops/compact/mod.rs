//! Compact: small fragments become big ones, deleted rows and dropped columns leave the files.
//!
//! Neighbours of one split are written as one new fragment, which names the ids its rows were born with: a row
//! keeps its id through any number of compactions, so indexes, diffs and streams need not know. The new files
//! are written first, from the head at that time; the commit then replaces the old fragments in the current head, if
//! they are still there unchanged.

mod apply;
mod options;
mod report;
mod selection;
mod write;

#[cfg(test)]
pub(crate) use apply::{commit_for_tests, write_for_tests};
pub use options::CompactOptions;
pub use report::{CompactReport, Compacted};
pub(super) use write::NewFragment;
