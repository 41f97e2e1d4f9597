//! Why a fetch stopped, and how to go on.

use std::io;
use std::path::{Path, PathBuf};

use crate::unpack::UnpackError;

#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say what each field is")]
pub enum FetchError {
    /// The data set must be downloaded by hand.
    #[error(
        "{name} can't be downloaded by a program: {why}. Get {} from {home} and run \
         `hub push {name} DIR` with the folder they are in",
        files.join(", ")
    )]
    ByHand { name: String, why: String, home: String, files: Vec<String> },
    /// The mirror is neither an address nor a folder.
    #[error("--mirror {mirror}: {problem}; give an http(s) address or a folder that holds the files")]
    Mirror { mirror: String, problem: String },
    /// The given folder lacks one of the files.
    #[error("{} not found; {name} needs the file under exactly this name", path.display())]
    Missing { path: PathBuf, name: String },
    /// A download from one address failed.
    #[error("{address}: {problem}")]
    Address { address: String, problem: String },
    /// Downloads from all addresses of a file failed.
    #[error(
        "{file} can't be downloaded from any of its addresses; give another source with --mirror:{}",
        tried.iter().map(|e| format!("\n  {e}")).collect::<String>()
    )]
    Everywhere {
        file: String,
        /// What went wrong at each.
        tried: Vec<FetchError>,
    },
    /// A file is shorter or longer than the official one.
    #[error(
        "{from}: {found} bytes, expected {expected} (the official {file}); it is another file or incomplete"
    )]
    Size { file: String, from: String, found: u64, expected: u64 },
    /// A file has another SHA-256 than the official one.
    #[error(
        "{from}: SHA-256 {found}, expected {expected} (the official {file}); it was damaged or changed, \
         so it was not used"
    )]
    Hash { file: String, from: String, found: String, expected: String },
    /// Another process holds the lock on the file.
    #[error("{} is being downloaded by another process; wait for it, or stop it", path.display())]
    Busy { path: PathBuf },
    /// An archive has a member that is damaged, too large or not a plain file.
    #[error("{}, member '{member}': {problem}; nothing was unpacked from this archive", archive.display())]
    Archive { archive: PathBuf, member: String, problem: String },
    #[error("{doing} {}: {source}", path.display())]
    Disk {
        /// What was being done, as "can't write".
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl From<UnpackError> for FetchError {
    fn from(error: UnpackError) -> Self {
        match error {
            UnpackError::Archive { archive, member, problem } => Self::Archive { archive, member, problem },
            UnpackError::Disk { doing, path, source } => Self::Disk { doing, path, source },
        }
    }
}

/// Says which file an I/O error is about.
pub(super) fn disk<T>(doing: &'static str, path: &Path, result: io::Result<T>) -> Result<T, FetchError> {
    result.map_err(|source| FetchError::Disk { doing, path: path.to_owned(), source })
}
