//! What a sweep finds.

use serde::{Deserialize, Serialize};

/// What a sweep deleted, or would delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Files that were deleted, or would be.
    pub files: u64,
    /// The length of those files in bytes.
    pub bytes: u64,
    /// Files that no commit names but that are younger than the grace time.
    pub young_files: u64,
    /// The length of the young files in bytes.
    pub young_bytes: u64,
    /// Whether files younger than a day were kept although the grace time was shorter: a push or another change is
    /// under way, or may be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept_for_writers: bool,
}

/// Files that no commit names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Orphans {
    /// The number of such files.
    pub files: u64,
    /// The length of those files in bytes.
    pub bytes: u64,
}
