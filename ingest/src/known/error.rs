//! Why a fetch stopped, and how to go on.

use std::io;
use std::path::{Path, PathBuf};

/// Why a fetch stopped.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The data set has to be downloaded by a person.
    #[error(
        "{name} can't be downloaded by a program: {why}. Get {} from {home} and run \
         `hub push {name} DIR` with the folder they are in",
        files.join(", ")
    )]
    ByHand {
        /// The data set.
        name: String,
        /// Why.
        why: String,
        /// Its makers' page.
        home: String,
        /// The files to get.
        files: Vec<String>,
    },
    /// The mirror is neither an address nor a folder.
    #[error("--mirror {mirror}: {problem}; give an http(s) address or a folder that holds the files")]
    Mirror {
        /// What was given.
        mirror: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A folder that should hold the files does not.
    #[error("{} not found; {name} needs the file under exactly this name", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The data set.
        name: String,
    },
    /// A file can't be had from one address.
    #[error("{address}: {problem}")]
    Address {
        /// The address.
        address: String,
        /// What went wrong.
        problem: String,
    },
    /// A file can't be had from any address.
    #[error(
        "{file} can't be downloaded from any of its addresses; give another source with --mirror:{}",
        tried.iter().map(|e| format!("\n  {e}")).collect::<String>()
    )]
    Everywhere {
        /// The file.
        file: String,
        /// What went wrong at each.
        tried: Vec<FetchError>,
    },
    /// A file is shorter or longer than the official one.
    #[error(
        "{from}: {found} bytes, expected {expected} (the official {file}); it is another file or incomplete"
    )]
    Size {
        /// The file.
        file: String,
        /// Where it came from.
        from: String,
        /// Its size.
        found: u64,
        /// The official size.
        expected: u64,
    },
    /// A file holds something else than the official one.
    #[error(
        "{from}: SHA-256 {found}, expected {expected} (the official {file}); it was damaged or changed, \
         so it was not used"
    )]
    Hash {
        /// The file.
        file: String,
        /// Where it came from.
        from: String,
        /// Its hash.
        found: String,
        /// The official hash.
        expected: String,
    },
    /// Another process is at it.
    #[error("{} is being downloaded by another process; wait for it, or stop it", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// An archive holds what it must not.
    #[error("{}, member '{member}': {problem}; nothing was unpacked from this archive", archive.display())]
    Archive {
        /// The archive.
        archive: PathBuf,
        /// The member.
        member: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The disk refused something.
    #[error("{doing} {}: {source}", path.display())]
    Disk {
        /// What was being done, as "can't write".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Says which file an I/O error is about.
pub(super) fn disk<T>(doing: &'static str, path: &Path, result: io::Result<T>) -> Result<T, FetchError> {
    result.map_err(|source| FetchError::Disk { doing, path: path.to_owned(), source })
}
