//! Fingerprints that were computed, kept on this disk: a file for each file of media.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use hub_schema::{ContentHash, FieldId};

use super::fingerprint::{BYTES, Fingerprint};
use crate::disk_cache::DiskCache;

/// Changes when the same bytes get another fingerprint than before.
const VERSION: u32 = 2;
/// The most bytes in the folder: the fingerprints of 40 million pictures.
const MAX_BYTES: u64 = 4 << 30;

/// A folder of fingerprints, of a bounded size: those that were not used for longest are deleted. They can be computed
/// again, so that a failure to read or write them is no error.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
    max_bytes: u64,
    /// Opened at the first use; `None` if that fails.
    cache: Arc<OnceLock<Option<DiskCache>>>,
}

impl Shelf {
    /// The shelf in a folder, which is created at the first use.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::bounded(folder.into(), MAX_BYTES)
    }

    fn bounded(folder: PathBuf, max_bytes: u64) -> Self {
        Self { folder, max_bytes, cache: Arc::default() }
    }

    fn cache(&self) -> Option<&DiskCache> {
        let open = || DiskCache::open(&self.folder, self.max_bytes).ok();
        self.cache.get_or_init(open).as_ref()
    }

    /// The fingerprints of all `rows` rows of a file of media.
    pub(super) fn get(&self, file: ContentHash, field: FieldId, rows: usize) -> Option<Vec<Fingerprint>> {
        let (bytes, _) = self.cache()?.read(key(file, field)).ok()??;
        let is_whole = bytes.len() == rows * BYTES;
        is_whole.then(|| bytes.as_chunks::<BYTES>().0.iter().map(Fingerprint::read).collect())
    }

    /// Keeps the fingerprints of a file of media.
    pub(super) fn keep(&self, file: ContentHash, field: FieldId, fingerprints: &[Fingerprint]) {
        let mut bytes = Vec::with_capacity(fingerprints.len() * BYTES);
        fingerprints.iter().for_each(|fingerprint| fingerprint.write(&mut bytes));
        let hash = ContentHash(*blake3::hash(&bytes).as_bytes());
        if let Some(cache) = self.cache() {
            // Where it fails they are computed again next time.
            let _ = cache.write(key(file, field), &[Bytes::from(bytes)], hash);
        }
    }
}

fn key(file: ContentHash, field: FieldId) -> ContentHash {
    ContentHash(*blake3::hash(format!("fingerprints v{VERSION} {file} {field}").as_bytes()).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use super::*;

    const ROWS: usize = 10;
    const FILE_BYTES: u64 = (ROWS * BYTES) as u64 + 32;

    fn file(number: u8) -> ContentHash {
        ContentHash([number; 32])
    }

    fn bytes_in(folder: &Path) -> u64 {
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum()
    }

    #[test]
    fn those_not_used_for_longest_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("pictures");
        let shelf = Shelf::bounded(folder.clone(), 4 * FILE_BYTES);
        let field = FieldId(3);
        let found = |number| shelf.get(file(number), field, ROWS);
        assert_eq!(found(1), None);
        for number in 1..=4 {
            shelf.keep(file(number), field, &[Fingerprint::default(); ROWS]);
            let path = folder.join(key(file(number), field).to_string());
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(number.into());
            File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
        }
        assert_eq!(bytes_in(&folder), 4 * FILE_BYTES);
        assert_eq!(found(1), Some(vec![Fingerprint::default(); ROWS]));
        assert_eq!(shelf.get(file(1), field, ROWS + 1), None, "of another number of rows");
        assert_eq!(shelf.get(file(1), FieldId(4), ROWS), None, "of another column");
        shelf.keep(file(5), field, &[Fingerprint::default(); ROWS]);
        assert!(bytes_in(&folder) <= 4 * FILE_BYTES);
        let there = [1, 2, 3, 4, 5].map(|number| found(number).is_some());
        assert_eq!(there, [true, false, false, true, true]);
        // What another process left is within the bound too.
        let smaller = Shelf::bounded(folder.clone(), FILE_BYTES);
        assert_eq!(smaller.get(file(4), field, ROWS), None);
        assert_eq!(bytes_in(&folder), FILE_BYTES);
    }

    #[test]
    fn a_folder_that_can_not_be_made_keeps_nothing() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let shelf = Shelf::new(place.path().join("pictures"));
        shelf.keep(file(1), FieldId(1), &[Fingerprint::default()]);
        assert_eq!(shelf.get(file(1), FieldId(1), 1), None);
    }
}
