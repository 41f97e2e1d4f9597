//! Where the rows of a batch lie: row groups of files that are mapped into memory.

use std::sync::Arc;

use hub_dataset::FragmentReader;

/// The row groups that the rows of a batch came from. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pages(Arc<[(Arc<FragmentReader>, usize)]>);

impl Pages {
    /// What was touched of them is no memory of this process any longer; the batch stays good. A reader that looks at
    /// everything once does this with each batch that it is done with: else all that it ever looked at adds up.
    pub fn release(&self) {
        self.0.iter().for_each(|(reader, row_group)| reader.let_go(*row_group));
    }
}

impl FromIterator<(Arc<FragmentReader>, usize)> for Pages {
    fn from_iter<I: IntoIterator<Item = (Arc<FragmentReader>, usize)>>(row_groups: I) -> Self {
        Self(row_groups.into_iter().collect())
    }
}
