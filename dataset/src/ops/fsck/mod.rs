//! Verify: reads back every byte that commits name.
//!
//! Commits lead to manifests, manifests to data files and blobs; each is read once, several at a time, and
//! compared with the hash it is named by. Of a data file that differs the row groups are read again and
//! compared with the checksums in its footer, so that the report names the rows that are hit. Then the pieces
//! must fit: the files of a fragment in their row groups, row ids among each other, commits' sums with the
//! fragments. Damaged pages are never decoded.

mod check;
mod file;
mod plan;

use std::fmt;

use futures::stream::{self, StreamExt};
use serde::Serialize;

use crate::dataset::Dataset;
use crate::error::Result;

/// Files that are read at a time.
const READERS: usize = 8;

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
    /// Files that no commit names; `None` where not all commits were looked at, or not all could be read.
    /// They are no damage: `hub gc` sweeps them.
    pub orphans: Option<Orphans>,
}

impl Report {
    /// Is everything as it was written?
    pub fn is_clean(&self) -> bool {
        self.damage.is_empty()
    }

    fn add(&mut self, path: impl Into<String>, problem: impl ToString) {
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
    /// The rows that are hit.
    pub rows: Vec<DamagedRows>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)?;
        self.rows.iter().try_for_each(|rows| write!(f, "; {rows}"))
    }
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

impl fmt::Display for DamagedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows {}..{}", self.first, self.last)?;
        if let Some(row_group) = self.row_group {
            write!(f, " (row group {row_group})")?;
        }
        write!(f, " of fragment {}, columns {}", self.fragment, self.columns.join(", "))
    }
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
    pub async fn fsck(&self, scope: Scope, progress: impl Fn(Progress) + Send + Sync) -> Result<Report> {
        let mut report = Report::default();
        let plan = plan::make(self, scope, &mut report).await?;
        let mut so_far = Progress {
            total_files: (plan.files.len() + plan.blobs.len()) as u64,
            total_bytes: plan.files.iter().map(|f| f.file.bytes).sum::<u64>()
                + plan.blobs.values().sum::<u64>(),
            ..Progress::default()
        };
        progress(so_far);
        (report.data_files, report.blobs) = (plan.files.len() as u64, plan.blobs.len() as u64);
        let (store, names) = (self.store().clone(), plan.columns);
        let data = plan.files.into_iter().map(|file| {
            let (store, columns) = (store.clone(), file.columns(&names));
            let (path, bytes) = (file.path(), file.file.bytes);
            let task = tokio::spawn(async move { file::verify_data(&store, &file, columns).await });
            (path, bytes, task)
        });
        let blobs = plan.blobs.into_iter().map(|(hash, bytes)| {
            let store = store.clone();
            let task = tokio::spawn(async move { file::verify_blob(&store, hash, bytes).await });
            (crate::layout::blob(hash), bytes, task)
        });
        let tasks = data.chain(blobs).map(|(path, bytes, task)| async move { (path, bytes, task.await) });
        let mut tasks = stream::iter(tasks).buffer_unordered(READERS);
        while let Some((path, bytes, verdict)) = tasks.next().await {
            so_far.files += 1;
            so_far.bytes += bytes;
            report.bytes += bytes;
            match verdict {
                Ok(damage) => report.damage.extend(damage),
                // A decoder that panics says so itself on stderr; the file is damaged all the same.
                Err(_) => report.add(path, "damaged in a way that its footer can't be read"),
            }
            progress(so_far);
        }
        report.damage.sort();
        if scope == Scope::All {
            report.orphans = self.orphans().await.ok();
        }
        Ok(report)
    }
}
