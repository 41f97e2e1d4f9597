//! The outcome of a merge.

use crate::read::Snapshot;

/// The outcome of a merge.
#[derive(Clone, Debug)]
pub enum Merged {
    /// The branch holds the other side already.
    UpToDate(Snapshot),
    /// The branch's head was an ancestor: it moved to the other side's commit.
    FastForward(Snapshot),
    /// A commit with two parents was published.
    New(Snapshot),
}

impl Merged {
    /// The branch's head after the merge.
    pub fn snapshot(&self) -> &Snapshot {
        match self {
            Self::UpToDate(s) | Self::FastForward(s) | Self::New(s) => s,
        }
    }
}
