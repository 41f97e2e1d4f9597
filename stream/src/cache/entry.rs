//! One entry of the cache: a file named after what it holds, its bytes followed by their CRC-32.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::time::SystemTime;

use bytes::Bytes;
use hub_dataset::store::{Access, replace_file};
use hub_schema::{ContentHash, DerivedKind, FieldId};

/// How the names of entries end: of byte ranges, and of copies of images.
pub const SUFFIXES: &[&str] = &[RANGE, COPY];
const RANGE: &str = ".range";
const COPY: &str = ".copy";
/// How the name of an entry that is being written ends.
pub const UNFINISHED: &str = ".part";
const CHECKSUM_BYTES: usize = 4;
/// Files take multiples of this on disk; assumed, since the usual file systems use it.
const BLOCK_BYTES: u64 = 4096;
/// No copy of an image is longer.
const MOST_COPY_BYTES: u64 = 256 << 20;
/// The header of a copy is not longer.
const HEAD_BYTES: u64 = 4096;

/// The byte range of a data file that an entry holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The BLAKE3 hash of the data file.
    pub file: ContentHash,
    /// The range, in bytes from the file's beginning.
    pub range: Range<u64>,
}

/// The image that an entry holds a smaller copy of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CopyKey {
    /// The BLAKE3 hash of the data file.
    pub file: ContentHash,
    /// The column.
    pub field: FieldId,
    /// The row, counted from the file's first.
    pub row: u32,
    /// Size and form of the copy.
    pub kind: DerivedKind,
}

/// An entry's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    name: String,
    /// Bytes that it may hold.
    lengths: RangeInclusive<u64>,
}

impl From<&Key> for Entry {
    fn from(Key { file, range }: &Key) -> Self {
        let len = range.end - range.start;
        Self { name: format!("{file}-{}-{}{RANGE}", range.start, range.end), lengths: len..=len }
    }
}

impl From<&CopyKey> for Entry {
    fn from(CopyKey { file, field, row, kind }: &CopyKey) -> Self {
        Self { name: format!("{file}-{field}-{row}-{kind}{COPY}"), lengths: 1..=MOST_COPY_BYTES }
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
pub fn read(directory: &Path, entry: &Entry) -> Result<Option<Bytes>, u64> {
    let path = directory.join(&entry.name);
    let Ok(mut file) = File::open(&path) else { return Ok(None) };
    let found = file.metadata().map_or(0, |m| m.len());
    // The length is checked first, so that a wrong file is not read into memory.
    let fits = found.checked_sub(CHECKSUM_BYTES as u64).is_some_and(|len| entry.lengths.contains(&len));
    let mut content = Vec::new();
    let is_read = fits && {
        content.reserve_exact(found as usize);
        file.read_to_end(&mut content).is_ok()
    };
    let sum = content.len().checked_sub(CHECKSUM_BYTES).filter(|_| is_read).map(|len| content.split_off(len));
    if sum.is_some_and(|sum| crc32fast::hash(&content).to_le_bytes() == sum[..]) {
        // Only the order of eviction depends on it.
        let _ = file.set_modified(SystemTime::now());
        return Ok(Some(content.into()));
    }
    if !path.exists() {
        return Ok(None);
    }
    let _ = fs::remove_file(&path);
    Err(file_on_disk(found))
}

/// The first bytes of an entry, enough for an image's header; `None` if it is not there. They may be damaged.
pub fn head(directory: &Path, entry: &Entry) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    File::open(directory.join(&entry.name)).ok()?.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    Some(head)
}

/// Writes an entry; readers see it whole or not at all.
pub fn write(directory: &Path, entry: &Entry, bytes: &[u8]) -> io::Result<()> {
    replace_file(&directory.join(&entry.name), Access::Umask, |file| {
        file.write_all(bytes)?;
        file.write_all(&crc32fast::hash(bytes).to_le_bytes())
    })
}
