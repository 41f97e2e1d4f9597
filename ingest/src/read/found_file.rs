//! A file that was found in a source.

use std::fs;
use std::path::PathBuf;

use hub_dataset::sample::{Media, MediaBytes, SampleError};

use super::file_errors::{empty, unreadable};

/// A file that was found in a source, and may be read.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Its path below the root, with `/` between the names.
    pub name: String,
    pub path: PathBuf,
}

impl FoundFile {
    /// The file as a medium; its length is looked up here.
    ///
    /// # Errors
    /// The file is gone or empty.
    pub fn media(self) -> Result<Media, SampleError> {
        let len = match fs::metadata(&self.path) {
            Ok(facts) if facts.is_file() => facts.len(),
            Ok(_) => return Err(SampleError::sample(self.name, "expected a file, found something else")),
            Err(e) => return Err(SampleError { fatal: false, ..unreadable(&self.name, e) }),
        };
        if len == 0 {
            return Err(empty(self.name));
        }
        Ok(Media { name: self.name, bytes: MediaBytes::File { path: self.path, offset: 0, len } })
    }
}
