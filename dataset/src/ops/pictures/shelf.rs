//! Fingerprints that were computed, kept on this disk: a file for each file of media.

use std::io::Write;
use std::path::{Path, PathBuf};

use hub_schema::{ContentHash, FieldId};

use super::fingerprint::{BYTES, Fingerprint};

/// Changes when the same bytes get another fingerprint than before.
const VERSION: u32 = 2;

/// A folder of fingerprints. They can be computed again, so that a failure to read or write them is no error.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The shelf in a folder, which is created when something is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, file: ContentHash, field: FieldId) -> PathBuf {
        self.folder.join(format!("{file}-{field}.v{VERSION}"))
    }

    /// The fingerprints of all `rows` rows of a file of media.
    pub(super) fn get(&self, file: ContentHash, field: FieldId, rows: usize) -> Option<Vec<Fingerprint>> {
        let bytes = std::fs::read(self.path(file, field)).ok()?;
        let (body, sum) = bytes.split_last_chunk::<4>()?;
        let is_whole = body.len() == rows * BYTES && crc32fast::hash(body).to_le_bytes() == *sum;
        is_whole.then(|| body.as_chunks::<BYTES>().0.iter().map(Fingerprint::read).collect())
    }

    /// Keeps the fingerprints of a file of media.
    pub(super) fn keep(&self, file: ContentHash, field: FieldId, fingerprints: &[Fingerprint]) {
        let mut bytes = Vec::with_capacity(fingerprints.len() * BYTES + 4);
        fingerprints.iter().for_each(|fingerprint| fingerprint.write(&mut bytes));
        let sum = crc32fast::hash(&bytes);
        bytes.extend(sum.to_le_bytes());
        // Next time they are computed again.
        let _ = write_whole(&self.folder, &self.path(file, field), &bytes);
    }
}

/// Writes a file that appears whole or not at all.
fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
