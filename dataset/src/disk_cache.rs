//! A cache on the local disk, of a bounded size, for files that can be computed again.
//!
//! A file is named by a hash of its inputs and ends with the hash of its bytes, so that a file which is truncated or
//! damaged is detected and computed again. When the folder exceeds its bound, the least recently used files are
//! deleted. Several processes may share a folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use bytes::Bytes;
use hub_schema::ContentHash;

use crate::error::{Error, Result};
use crate::store::{Access, replace_file};

/// The length of the hash at a file's end.
const HASH_BYTES: u64 = 32;

/// A cache of files in a folder; see the module.
#[derive(Debug)]
pub struct DiskCache {
    folder: PathBuf,
    max_bytes: u64,
    used_bytes: Mutex<u64>,
}

impl DiskCache {
    /// The cache in `folder`, which is created if it doesn't exist.
    pub fn open(folder: &Path, max_bytes: u64) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|e| fail(folder, "create it", e))?;
        let cache = Self { folder: folder.to_owned(), max_bytes, used_bytes: Mutex::new(0) };
        cache.sweep().map_err(|e| fail(folder, "list it", e))?;
        Ok(cache)
    }

    /// The folder that the cached files lie in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, key: ContentHash) -> PathBuf {
        self.folder.join(key.to_string())
    }

    /// A whole file and its hash; `None` if it is not cached, or damaged.
    pub fn read(&self, key: ContentHash) -> Result<Option<(Bytes, ContentHash)>> {
        let path = self.path(key);
        let bytes = match fs::read(&path) {
            Ok(bytes) => Bytes::from(bytes),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(fail(&path, "read it", e)),
        };
        let Some((content, end)) = bytes.split_last_chunk::<{ HASH_BYTES as usize }>() else {
            return Ok(None);
        };
        if blake3::hash(content).as_bytes() != end {
            return Ok(None);
        }
        if let Ok(file) = File::options().append(true).open(&path) {
            // Only the order of eviction depends on it.
            let _ = file.set_modified(SystemTime::now());
        }
        Ok(Some((bytes.slice(..content.len()), ContentHash(*end))))
    }

    /// A range of a file, whose hash is not checked; `None` if it is not cached.
    pub fn read_range(&self, key: ContentHash, range: &Range<u64>) -> Result<Option<Bytes>> {
        let path = self.path(key);
        let read = || -> io::Result<Bytes> {
            let mut buffer = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
            File::open(&path)?.read_exact_at(&mut buffer, range.start)?;
            Ok(Bytes::from(buffer))
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => Ok(None),
            Err(e) => Err(fail(&path, "read it", e)),
        }
    }

    /// Stores a file. It appears whole or not at all.
    pub fn write(&self, key: ContentHash, parts: &[Bytes], hash: ContentHash) -> Result<()> {
        let path = self.path(key);
        let written: io::Result<()> = replace_file(&path, Access::Umask, |file| {
            parts.iter().try_for_each(|p| file.write_all(p))?;
            file.write_all(&hash.0)
        });
        written.map_err(|e| fail(&path, "write it", e))?;
        let added = parts.iter().map(|p| p.len() as u64).sum::<u64>() + HASH_BYTES;
        let full = {
            let mut used = self.used_bytes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *used += added;
            *used > self.max_bytes
        };
        if full {
            self.sweep().map_err(|e| fail(&self.folder, "make room in it", e))?;
        }
        Ok(())
    }

    /// Sums up the folder again, and evicts files if it is too full. The newest file always stays.
    fn sweep(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            // One that another process removed just now.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_file() {
                files.push((metadata.modified()?, metadata.len(), entry.path()));
            }
        }
        files.sort_unstable();
        let mut used: u64 = files.iter().map(|f| f.1).sum();
        if used > self.max_bytes {
            let room = self.max_bytes / 4 * 3;
            let oldest = files.len().saturating_sub(1);
            for (_, length, path) in &files[..oldest] {
                if used <= room {
                    break;
                }
                if fs::remove_file(path).is_ok() {
                    used -= length;
                }
            }
        }
        *self.used_bytes.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = used;
        Ok(())
    }
}

fn fail(path: &Path, action: &'static str, source: io::Error) -> Error {
    Error::Io { path: path.display().to_string(), action, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(cache: &DiskCache, name: u8, length: usize) {
        let bytes = Bytes::from(vec![name; length]);
        let hash = ContentHash(*blake3::hash(&bytes).as_bytes());
        cache.write(ContentHash([name; 32]), &[bytes], hash).unwrap();
    }

    #[test]
    fn least_recently_used_files_are_evicted_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(folder.path(), 1000).unwrap();
        for name in 1..=3 {
            put(&cache, name, 268);
            let path = cache.path(ContentHash([name; 32]));
            let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(name.into());
            File::options().append(true).open(path).unwrap().set_modified(old).unwrap();
        }
        assert_eq!(cache.read(ContentHash([1; 32])).unwrap().unwrap().0, vec![1; 268]);
        put(&cache, 4, 268);
        let there = [1, 2, 3, 4].map(|n| cache.read(ContentHash([n; 32])).unwrap().is_some());
        assert_eq!(there, [true, false, false, true]);
        assert_eq!(*DiskCache::open(folder.path(), 1000).unwrap().used_bytes.lock().unwrap(), 600);
    }

    #[test]
    fn a_damaged_file_counts_as_not_cached() {
        let folder = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(folder.path(), 1000).unwrap();
        put(&cache, 7, 100);
        let key = ContentHash([7; 32]);
        assert_eq!(cache.read_range(key, &(1..3)).unwrap().unwrap(), vec![7; 2]);
        assert_eq!(cache.read_range(key, &(1..3000)).unwrap(), None);
        let mut bytes = fs::read(cache.path(key)).unwrap();
        bytes[50] ^= 1;
        fs::write(cache.path(key), bytes).unwrap();
        assert_eq!(cache.read(key).unwrap(), None);
        assert_eq!(cache.read_range(ContentHash([8; 32]), &(0..1)).unwrap(), None);
    }
}
