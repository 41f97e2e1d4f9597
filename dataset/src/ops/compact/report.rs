//! What a compaction did.

use serde::Serialize;

use crate::commit::Committed;

/// What a compaction did.
#[derive(Clone, Debug)]
pub struct Compacted {
    /// The commit.
    pub committed: Committed,
    /// In numbers.
    pub report: CompactReport,
}

/// A compaction in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CompactReport {
    /// Fragments that were rewritten.
    pub old_fragments: u64,
    /// Fragments that they became.
    pub new_fragments: u64,
    /// Bytes of the old ones' files. They are freed by `hub gc` once no revision that a branch or tag reaches
    /// names them.
    pub old_bytes: u64,
    /// Bytes of the new ones' files.
    pub new_bytes: u64,
}
