//! Verify: reads back every byte that commits name.

use serde::Serialize;

use crate::dataset::Dataset;
use crate::error::{Error, Result};

/// Which commits to verify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The heads of all branches, and the tags.
    #[default]
    Heads,
    /// Every commit that a branch or tag reaches; orphans are counted too.
    All,
}

/// How far a check is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files checked.
    pub files: u64,
    /// Files there are to check.
    pub total_files: u64,
    /// Bytes checked.
    pub bytes: u64,
    /// Bytes there are to check.
    pub total_bytes: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Commits read.
    pub commits: u64,
    /// Manifests read.
    pub manifests: u64,
    /// Data files read.
    pub data_files: u64,
    /// Blobs read.
    pub blobs: u64,
    /// Bytes read.
    pub bytes: u64,
    /// All damage, by file.
    pub damage: Vec<Damage>,
    /// Files that no commit names, where all commits were looked at. They are no damage: `hub gc` sweeps them.
    pub orphans: Option<Orphans>,
}

impl Report {
    /// Is everything as it was written?
    pub fn is_clean(&self) -> bool {
        self.damage.is_empty()
    }
}

/// One damaged or missing file, or one contradiction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// The file, below the data set's root.
    pub path: String,
    /// What is wrong, in words.
    pub problem: String,
    /// The rows that are hit.
    pub rows: Vec<DamagedRows>,
}

/// Rows of a fragment that damage hits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DamagedRows {
    /// The fragment's id, ten hex digits.
    pub fragment: String,
    /// The row group; `None` where all are hit.
    pub row_group: Option<u32>,
    /// Offset of the first row in the fragment.
    pub first: u32,
    /// Offset of the last row.
    pub last: u32,
    /// The columns.
    pub columns: Vec<String>,
}

/// Files that no commit names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Orphans {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Dataset {
    /// Reads back everything that the commits in `scope` name, several files at a time, and tells `progress`.
    ///
    /// # Errors
    /// The store can't be listed. Damage is no error: it is in the report.
    pub async fn fsck(&self, _scope: Scope, _progress: impl Fn(Progress) + Send + Sync) -> Result<Report> {
        Err(Error::damaged("fsck", "not built yet"))
    }
}
