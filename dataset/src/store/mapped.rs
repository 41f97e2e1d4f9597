//! A file of a local disk, mapped into memory whole.
//!
//! For readers that pass bytes on unread, or read only some of them: mapping a file costs nothing until its pages are
//! touched. Touched pages count as this process's memory, though they belong to the system's page cache and can be
//! reclaimed at any time; [`MappedFile::release_pages`] releases those of a part that was used.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use memmap2::{Mmap, UncheckedAdvice};

/// A file and its map. An empty file can't be mapped.
#[derive(Debug)]
pub struct MappedFile {
    file: File,
    map: Mmap,
}

impl MappedFile {
    /// Opens and maps a file of a data set.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::of(File::open(path)?)
    }

    /// Maps an open file of a data set.
    #[allow(unsafe_code)]
    pub fn of(file: File) -> io::Result<Self> {
        // SAFETY: files of a data set are never written again under their name: they are named by their content
        // and renamed into place.
        let map = unsafe { Mmap::map(&file) }?;
        Ok(Self { file, map })
    }

    /// The open file behind the map.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Releases the pages of a part from this process's memory. They stay in the system's page cache, and are mapped
    /// again when they are touched. Best effort: an error of the system is ignored.
    #[allow(unsafe_code)]
    pub fn release_pages(&self, part: Range<u64>) {
        let length = self.map.len() as u64;
        let (start, end) = (part.start.min(length) as usize, part.end.min(length) as usize);
        if start < end {
            // SAFETY: what this advice may throw away are changes to a map. This one is shared and read-only: a
            // concurrent reader finds the file's bytes.
            let _ = unsafe { self.map.unchecked_advise_range(UncheckedAdvice::DontNeed, start, end - start) };
        }
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of files in this process's memory.
    #[cfg(target_os = "linux")]
    fn resident(map: &MappedFile) -> usize {
        let at = format!("{:x}-", map.map.as_ptr().addr());
        let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mine = smaps.split_once(&at).unwrap().1;
        let line = mine.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().trim().parse::<usize>().unwrap() * 1024
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn released_pages_are_still_readable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let content: Vec<u8> = (0..8 << 20).map(|i: u32| (i >> 7) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let map = MappedFile::open(&path).unwrap();
        assert!(map.as_ref() == content);
        assert_eq!(resident(&map), 8 << 20);
        map.release_pages(100..6 << 20);
        assert!(resident(&map) <= 2 << 20, "{}", resident(&map));
        assert!(map.as_ref() == content);
        map.release_pages(7 << 20..u64::MAX);
        map.release_pages(u64::MAX..u64::MAX);
        assert!(map.as_ref() == content);
    }
}
