//! A short look at a source, enough to tell its format.

use std::path::PathBuf;

/// What a short look at a source shows.
#[derive(Clone, Debug)]
pub struct Look {
    /// The file or folder.
    pub root: PathBuf,
    /// Is it a folder?
    pub is_dir: bool,
    /// Paths below it, relative, at most three levels deep and at most 2,000, folders first seen first;
    /// of a folder with many files only the first few are seen. Folders end with `/`.
    pub entries: Vec<String>,
}
