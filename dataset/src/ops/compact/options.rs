//! Options of a compaction.

use std::sync::Arc;

use hub_schema::{DerivedKind, FieldId};

use crate::ops::derived::Derive;

/// Options of a compaction.
#[derive(Clone, Debug)]
pub struct CompactOptions {
    /// The size that fragments grow to. Fragments of three quarters of it are left alone.
    pub target_bytes: u64,
    /// Computes derived columns: of those that the branch lists, every fragment gets those that it lacks. Rewritten
    /// fragments lose derived columns that nothing here computes.
    pub derives: Vec<Arc<dyn Derive>>,
    /// Derived columns that the branch is to list, each with its media column, beside those that it lists.
    pub derive_of: Vec<(FieldId, DerivedKind)>,
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self { target_bytes: 32 * 1024 * 1024, derives: Vec::new(), derive_of: Vec::new() }
    }
}
