//! A registry of mapped files by address, to find the file that a slice belongs to.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use hub_dataset::store::MappedFile;

/// Mapped files by the address of their first byte. Process-wide, since addresses are.
static REGISTERED: RwLock<BTreeMap<usize, Arc<MappedFile>>> = RwLock::new(BTreeMap::new());

/// The owner of a file's `Bytes`; when the last slice is dropped, the file is removed from the registry.
struct Registered(Arc<MappedFile>);

impl AsRef<[u8]> for Registered {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        REGISTERED.write().unwrap_or_else(PoisonError::into_inner).remove(&address(self.as_ref()));
    }
}

fn address(bytes: &[u8]) -> usize {
    bytes.as_ptr().addr()
}

/// The mapped bytes of a file. Slices of them are sent without being read by this process.
pub fn register(file: Arc<MappedFile>) -> Bytes {
    let at = address((*file).as_ref());
    REGISTERED.write().unwrap_or_else(PoisonError::into_inner).insert(at, file.clone());
    Bytes::from_owner(Registered(file))
}

/// The file that a slice belongs to, and the slice's byte offset in it.
pub fn find(slice: &[u8]) -> Option<(Arc<MappedFile>, u64)> {
    let mapped = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    let (start, file) = mapped.range(..=address(slice)).next_back()?;
    let offset = address(slice) - start;
    let end = offset.checked_add(slice.len())?;
    (end <= (**file).as_ref().len()).then(|| (file.clone(), offset as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_found_while_they_live() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; 100_000]).unwrap();
        let mapped = register(Arc::new(MappedFile::open(&path).unwrap()));
        let slice = mapped.slice(500..90_000);
        drop(mapped);
        assert_eq!(find(&slice).map(|(_, at)| at), Some(500));
        assert_eq!(find(&slice[100..]).map(|(_, at)| at), Some(600));
        assert!(find(&[1, 2, 3]).is_none());
        let at = address(&slice);
        drop(slice);
        assert!(!REGISTERED.read().unwrap().keys().any(|start| (*start..start + 100_000).contains(&at)));
    }
}
