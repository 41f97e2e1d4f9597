//! A commit that is to become a version of a branch.

use bytes::Bytes;
use hub_schema::{BranchName, Commit, CommitParent, FORMAT_VERSION};

use super::bad_commit::BadCommit;
use crate::error::{Error, Result};
use crate::hash::hash;
use crate::layout;

/// A commit that is to become a version of a branch.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The commit's id, and the branch and version that it is to become.
    pub at: CommitParent,
    /// The commit as it was parsed.
    pub commit: Commit,
}

impl Proposal {
    /// The commit in `json`, to become `version` of a branch.
    ///
    /// # Errors
    /// [`Error::BadCommit`]: it is not a commit, or has another format version.
    pub fn parse(branch: &BranchName, version: u64, json: &Bytes) -> Result<Self> {
        let refuse = |problem| refuse(branch, version, problem);
        let commit: Commit =
            serde_json::from_slice(json).map_err(|e| refuse(BadCommit::Json(e.to_string())))?;
        if commit.format != FORMAT_VERSION {
            return Err(refuse(BadCommit::Format { found: commit.format, known: FORMAT_VERSION }));
        }
        Ok(Self { at: CommitParent { id: hash(json), branch: branch.clone(), version }, commit })
    }

    /// The refusal of this commit.
    pub(crate) fn refuse(&self, problem: BadCommit) -> Error {
        refuse(&self.at.branch, self.at.version, problem)
    }

    /// An object that can't be read: a rule that the commit breaks, unless the store failed.
    pub(super) fn unreadable(&self, path: String, error: Error) -> Error {
        let why = match error {
            Error::Store { source: object_store::Error::NotFound { .. }, .. } => "not found".to_owned(),
            Error::Store { .. } => return error,
            Error::Damaged { problem, .. } => problem,
            Error::Parquet { source, .. } => source.to_string(),
            // The sender must not learn where the store is, which other errors name.
            _ => "its content is invalid".to_owned(),
        };
        self.refuse(BadCommit::Unreadable { path, why })
    }
}

fn refuse(branch: &BranchName, version: u64, problem: BadCommit) -> Error {
    Error::BadCommit { path: layout::commit(branch, version), problem: Box::new(problem) }
}
