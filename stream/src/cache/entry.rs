//! One entry of the cache: a file named after the hash and the range, its bytes followed by their CRC-32.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;
use hub_dataset::store::{Access, replace_file};
use hub_schema::ContentHash;

/// How an entry's name ends.
pub const SUFFIX: &str = ".range";
/// How the name of an entry that is being written ends.
pub const UNFINISHED: &str = ".part";
const CHECKSUM_BYTES: usize = 4;
/// Files take multiples of this on disk; assumed, since the usual file systems use it.
const BLOCK_BYTES: u64 = 4096;

/// The byte range of a data file that an entry holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The BLAKE3 hash of the data file.
    pub file: ContentHash,
    /// The range, in bytes from the file's beginning.
    pub range: Range<u64>,
}

impl Key {
    fn path(&self, directory: &Path) -> PathBuf {
        directory.join(format!("{}-{}-{}{SUFFIX}", self.file, self.range.start, self.range.end))
    }
}

/// Bytes on disk of an entry that holds `len` bytes and their checksum.
pub fn size_on_disk(len: u64) -> u64 {
    (len + CHECKSUM_BYTES as u64).div_ceil(BLOCK_BYTES) * BLOCK_BYTES
}

/// Bytes on disk of a file of `len` bytes.
pub fn file_on_disk(len: u64) -> u64 {
    len.div_ceil(BLOCK_BYTES) * BLOCK_BYTES
}

/// Checks that files can be created in the directory.
pub fn probe(directory: &Path) -> io::Result<()> {
    tempfile::Builder::new().suffix(UNFINISHED).tempfile_in(directory)?.close()
}

/// Reads an entry and marks it as used; `None` if it is not there. A damaged one is deleted.
///
/// # Errors
/// The entry was damaged; the error is the number of bytes on disk that were freed.
pub fn read(directory: &Path, key: &Key) -> Result<Option<Bytes>, u64> {
    let path = key.path(directory);
    let Ok(file) = File::open(&path) else { return Ok(None) };
    let wanted = key.range.end - key.range.start + CHECKSUM_BYTES as u64;
    let found = file.metadata().map_or(0, |m| m.len());
    // The length is checked first, so that a wrong file is not read into memory.
    let content = if found == wanted { fs::read(&path).ok() } else { None };
    let content = content.and_then(|mut content| {
        let sum = content.split_off(content.len().checked_sub(CHECKSUM_BYTES)?);
        (crc32fast::hash(&content).to_le_bytes() == sum[..]).then_some(content)
    });
    match content {
        Some(content) => {
            // Only the order of eviction depends on it.
            let _ = file.set_modified(SystemTime::now());
            Ok(Some(content.into()))
        }
        None if path.exists() => {
            let _ = fs::remove_file(&path);
            Err(file_on_disk(found))
        }
        None => Ok(None),
    }
}

/// Writes an entry; readers see it whole or not at all.
pub fn write(directory: &Path, key: &Key, bytes: &[u8]) -> io::Result<()> {
    replace_file(&key.path(directory), Access::Umask, |file| {
        file.write_all(bytes)?;
        file.write_all(&crc32fast::hash(bytes).to_le_bytes())
    })
}
