//! Options of a compaction.

/// Options of a compaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactOptions {
    /// The size that fragments grow to. Fragments of three quarters of it are left alone.
    pub target_bytes: u64,
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self { target_bytes: 32 * 1024 * 1024 }
    }
}
