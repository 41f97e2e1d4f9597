//! The mapped row groups that the rows of a batch lie in.

use std::sync::Arc;

use hub_dataset::FragmentReader;

/// The mapped row groups that the rows of a batch came from. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pages(Arc<[(Arc<FragmentReader>, usize)]>);

impl Pages {
    /// Releases the pages from this process's memory; the batch stays valid, a later access maps them again. A
    /// program that reads every batch once calls this after each, or its resident memory grows with all it has read.
    pub fn release(&self) {
        self.0.iter().for_each(|(reader, row_group)| reader.release_pages(*row_group));
    }

    /// Those of several.
    pub(crate) fn joined(all: Vec<Self>) -> Self {
        all.iter().flat_map(|pages| pages.0.iter().cloned()).collect()
    }
}

impl FromIterator<(Arc<FragmentReader>, usize)> for Pages {
    fn from_iter<I: IntoIterator<Item = (Arc<FragmentReader>, usize)>>(row_groups: I) -> Self {
        Self(row_groups.into_iter().collect())
    }
}
