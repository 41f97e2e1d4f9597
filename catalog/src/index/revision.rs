//! What is known of a revision: which segments make up each of its label columns.

use std::collections::HashMap;

/// A revision that is indexed.
#[derive(Clone, Debug)]
pub(crate) struct IndexedRevision {
    /// Of which generation its ordinals are.
    pub generation: i64,
    /// The segments of each label column, by [`super::concept_key::key`], oldest first.
    pub columns: HashMap<String, Vec<i64>>,
}
