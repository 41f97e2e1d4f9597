//! Sweep: deletes files that no commit names.

use std::time::Duration;

use serde::Serialize;

use crate::dataset::Dataset;
use crate::error::{Error, Result};

/// What a sweep deleted, or would delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that no commit names but that are younger than the grace time.
    pub young_files: u64,
    /// Their bytes.
    pub young_bytes: u64,
}

impl Dataset {
    /// The grace time of a sweep unless a person says otherwise.
    pub const DEFAULT_GRACE: Duration = Duration::from_secs(24 * 60 * 60);

    /// Deletes what no commit names and is older than `grace`; with `dry_run` only counts it.
    pub async fn gc(&self, _grace: Duration, _dry_run: bool) -> Result<Swept> {
        Err(Error::damaged("gc", "not built yet"))
    }
}
