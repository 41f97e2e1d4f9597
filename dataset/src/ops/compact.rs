//! Compact: small fragments become big ones.

use hub_schema::BranchName;
use serde::Serialize;

use crate::commit::{Author, Committed};
use crate::dataset::Dataset;
use crate::error::{Error, Result};

/// When and how to compact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactOptions {
    /// The size that fragments grow to.
    pub target_bytes: u64,
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self { target_bytes: 32 * 1024 * 1024 }
    }
}

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
    /// Bytes of the old ones. They are freed by `hub gc` once no revision that a branch or tag reaches names
    /// them.
    pub old_bytes: u64,
    /// Bytes of the new ones.
    pub new_bytes: u64,
}

impl Dataset {
    /// Rewrites small fragments, and those with deleted rows or dropped columns, into fragments of about
    /// `target_bytes`. Rows keep their ids.
    pub async fn compact(
        &self,
        _branch: &BranchName,
        _author: &Author,
        _options: CompactOptions,
    ) -> Result<Compacted> {
        Err(Error::damaged("compact", "not built yet"))
    }
}
