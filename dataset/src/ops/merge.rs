//! Merge: takes another revision into a branch.

use hub_schema::BranchName;

use crate::commit::Author;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::read::Snapshot;

/// How a merge ended.
#[derive(Clone, Debug)]
pub enum Merged {
    /// The branch holds the other side already.
    UpToDate(Snapshot),
    /// The branch's head was an ancestor: it moved to the other side's commit.
    FastForward(Snapshot),
    /// There is a commit with two parents.
    New(Snapshot),
}

impl Merged {
    /// The branch's head now.
    pub fn snapshot(&self) -> &Snapshot {
        match self {
            Self::UpToDate(s) | Self::FastForward(s) | Self::New(s) => s,
        }
    }
}

impl Dataset {
    /// Takes `from` into the branch `into`.
    ///
    /// # Errors
    /// [`Error::Conflict`] that names the first thing that clashes; the branch is as it was.
    pub async fn merge(&self, _into: &BranchName, _from: &Snapshot, _author: &Author) -> Result<Merged> {
        Err(Error::damaged("merge", "not built yet"))
    }
}
