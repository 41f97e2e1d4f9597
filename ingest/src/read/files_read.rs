//! Which files of a source were read.
//!
//! Every file that an annotation names and every file of annotations is opened through the source's folder
//! ([`super::inside`]), which notes it here. What was not noted at the end was passed over.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The files that were read. A clone is the same list.
#[derive(Clone, Debug, Default)]
pub struct FilesRead(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    /// Hashes of canonical paths: a data set may name millions of files.
    files: HashSet<u64>,
    /// Folders (`""` or with `/` at the end) and the ending of the files in and below them that will be read.
    claims: Vec<(String, String)>,
}

impl FilesRead {
    /// Notes a file, by its canonical path.
    pub fn note(&self, path: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).files.insert(hash(path));
    }

    /// Was the file at this canonical path noted?
    pub fn has(&self, path: &Path) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).files.contains(&hash(path))
    }

    /// Files with this ending (`txt`) in and below a folder will be read, each with its image.
    pub fn claim(&self, folder: &str, ending: &str) {
        let claim = (folder.to_owned(), format!(".{ending}"));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).claims.push(claim);
    }

    /// Will the file at this path below the source be read with its image?
    pub fn is_claimed(&self, path: &str) -> bool {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.claims.iter().any(|(folder, ending)| path.starts_with(folder) && path.ends_with(ending))
    }
}

fn hash(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}
