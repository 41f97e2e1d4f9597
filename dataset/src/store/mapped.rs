//! A file of a local disk, mapped into memory whole.
//!
//! For what hands bytes on without looking at them: mapping a file costs nothing until its pages are touched.

use std::fs::File;
use std::io;
use std::path::Path;

/// A file and its map. An empty file can't be mapped.
#[derive(Debug)]
pub struct MappedFile {
    file: File,
    map: memmap2::Mmap,
}

impl MappedFile {
    /// Opens and maps a file of a data set.
    #[allow(unsafe_code)]
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: files of a data set are never written again under their name: they are named by their content
        // and renamed into place.
        let map = unsafe { memmap2::Mmap::map(&file) }?;
        Ok(Self { file, map })
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.map
    }
}
