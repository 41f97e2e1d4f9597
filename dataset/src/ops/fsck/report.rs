//! The report of a check, and its progress.

use std::fmt;

use serde::Serialize;

use crate::ops::gc::Orphans;

/// The progress of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files checked so far.
    pub files: u64,
    /// The number of files to check.
    pub total_files: u64,
    /// Bytes checked so far.
    pub bytes: u64,
    /// The number of bytes to check.
    pub total_bytes: u64,
}

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The number of commits read.
    pub commits: u64,
    /// The number of manifests read.
    pub manifests: u64,
    /// The number of data files read.
    pub data_files: u64,
    /// The number of blobs read.
    pub blobs: u64,
    /// The number of runs read.
    #[serde(skip_serializing_if = "is_zero")]
    pub runs: u64,
    /// The number of bytes read.
    pub bytes: u64,
    /// All damage found, sorted by file.
    pub damage: Vec<Damage>,
    /// Files that no commit names; `None` where not all commits were visited, or not all could be read.
    /// They are not damage: `hub gc` deletes them.
    pub orphans: Option<Orphans>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Report {
    /// True if no damage was found.
    pub fn is_clean(&self) -> bool {
        self.damage.is_empty()
    }

    pub(super) fn add(&mut self, path: impl Into<String>, problem: impl ToString) {
        self.damage.push(Damage { path: path.into(), problem: problem.to_string(), rows: Vec::new() });
    }
}

/// One damaged or missing file, or one contradiction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// The file, below the data set's root.
    pub path: String,
    /// What is wrong, in words.
    pub problem: String,
    /// The affected rows.
    pub rows: Vec<DamagedRows>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)?;
        self.rows.iter().try_for_each(|rows| write!(f, "; {rows}"))
    }
}

/// Rows of a fragment that damage affects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DamagedRows {
    /// The fragment's id, ten hex digits.
    pub fragment: String,
    /// The row group, counted from 0; `None` where all are affected.
    pub row_group: Option<u32>,
    /// Offset of the first row in the fragment.
    pub first: u32,
    /// Offset of the last row.
    pub last: u32,
    /// The names of the damaged columns.
    pub columns: Vec<String>,
}

impl fmt::Display for DamagedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows {}..{}", self.first, self.last)?;
        if let Some(row_group) = self.row_group {
            write!(f, " (row group {row_group})")?;
        }
        write!(f, " of fragment {}, columns {}", self.fragment, self.columns.join(", "))
    }
}
