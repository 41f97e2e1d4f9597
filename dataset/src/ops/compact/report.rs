//! What a compaction did.

use serde::Serialize;

use crate::commit::Committed;

/// The result of a compaction.
#[derive(Clone, Debug)]
pub struct Compacted {
    /// The commit that it made, or none if there was nothing to compact.
    pub committed: Committed,
    /// How much was rewritten.
    pub report: CompactReport,
}

/// How much a compaction rewrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CompactReport {
    /// The number of fragments that were replaced.
    pub old_fragments: u64,
    /// The number of fragments that replaced them.
    pub new_fragments: u64,
    /// Bytes of the old ones' files. They are freed by `hub gc` once no revision that a branch or tag reaches
    /// names them.
    pub old_bytes: u64,
    /// Bytes of the new ones' files.
    pub new_bytes: u64,
    /// The number of fragments that got derived columns and stayed otherwise as they were.
    pub derived_fragments: u64,
    /// Bytes of the files of derived columns that they got.
    pub derived_bytes: u64,
}
