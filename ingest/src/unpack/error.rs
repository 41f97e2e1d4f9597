//! Why an archive can't be unpacked.

use std::io;
use std::path::{Path, PathBuf};

/// Why an archive can't be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The archive, or a member of it (a text, empty for the archive itself).
    #[error("{}{}: {problem}", archive.display(), if member.is_empty() { String::new() } else { format!("!{member}") })]
    Archive { archive: PathBuf, member: String, problem: String },
    /// The disk.
    #[error("{doing} {}: {source}", path.display())]
    Disk { doing: &'static str, path: PathBuf, source: io::Error },
}

/// Says which file an I/O error is about.
pub fn disk<T>(doing: &'static str, path: &Path, result: io::Result<T>) -> Result<T, UnpackError> {
    result.map_err(|source| UnpackError::Disk { doing, path: path.to_owned(), source })
}
