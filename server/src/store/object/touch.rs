//! Checks whether an object exists already, so that it need not be sent again, and protects it from garbage collection.
//!
//! An old file that no commit references may be deleted by a garbage collection at any moment. A push that reuses it
//! relies on it, so its age is reset: on a disk by its modification time, in a bucket by sending it again.

use std::fs::File;
use std::io::ErrorKind;
use std::time::SystemTime;

use hub_dataset::Store;
use hub_dataset::ops::fragment_builder::is_young;

use crate::problem::{Result, disk, internal};

/// True if the object exists with this length, and is safe from garbage collection until its commit.
pub async fn touch(store: &Store, path: &str, length: Option<u64>) -> Result<bool> {
    let Some(there) = store.head(path).await? else { return Ok(false) };
    if length.is_some_and(|length| length != there.size_bytes) {
        return Ok(false);
    }
    if is_young(there.modified) {
        return Ok(true);
    }
    let Some(file) = store.local_file(path) else { return Ok(false) };
    let touch = move || File::options().append(true).open(file)?.set_modified(SystemTime::now());
    match tokio::task::spawn_blocking(touch).await.map_err(|e| internal(&e))? {
        Ok(()) => Ok(true),
        // It has just been deleted.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(disk(&error)),
    }
}
