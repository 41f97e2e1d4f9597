//! The last step of a push: a commit is checked and becomes the next version of its branch.

use bytes::Bytes;
use hub_catalog::Catalog;
use hub_dataset::commit::{Checked, Proposal};
use hub_dataset::{Dataset, Snapshot, layout};
use hub_schema::{BranchName, Revision};

use super::{arbiter, author, taken};
use crate::problem::Result;

/// How a commit ended.
#[derive(Clone, Debug)]
pub enum Landed {
    /// It is the branch's new head.
    New(Snapshot),
    /// It was there already: an earlier answer was lost.
    Before(Snapshot),
}

impl Landed {
    /// The commit.
    pub const fn snapshot(&self) -> &Snapshot {
        match self {
            Self::New(snapshot) | Self::Before(snapshot) => snapshot,
        }
    }
}

/// Checks the commit in `json` and makes it version `version` of a branch. Its author must be the caller, if one is given.
///
/// # Errors
/// [`Kind::Taken`](crate::problem::Kind::Taken) if that version is there;
/// [`Kind::BadCommit`](crate::problem::Kind::BadCommit) with the rule that it breaks.
pub async fn commit(
    catalog: &Catalog,
    dataset: &Dataset,
    caller: Option<&str>,
    branch: &BranchName,
    version: u64,
    json: Bytes,
) -> Result<Landed> {
    let proposal = Proposal::parse(branch, version, &json)?;
    // Between the check of its files and the commit, none of them may be swept.
    let _writing = dataset.begin_writing().await;
    let snapshot = match dataset.check_commit(proposal).await? {
        Checked::There(snapshot) => return Ok(Landed::Before(snapshot)),
        Checked::Sound(snapshot) => snapshot,
    };
    if let Some(Err(other)) = caller.map(|caller| author::check(&snapshot.commit().author, caller)) {
        // A branch may begin with a copy of what another wrote.
        dataset.snapshot(&Revision::Commit(snapshot.at().id)).await.map_err(|_| other)?;
    }
    let create = async |path: String, json| arbiter::create(catalog, dataset, &path, json).await;
    match dataset.publish(&snapshot, json, create).await? {
        true => Ok(Landed::New(snapshot)),
        false => Err(taken(&layout::commit(branch, version))),
    }
}
