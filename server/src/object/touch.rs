//! Is an object there, so that it need not be sent again, and does it stay?
//!
//! A file that no commit names yet and that is old may be swept at any moment. Who pushes it again counts on it, so
//! it becomes young: on a disk by its time, in a bucket by being sent once more.

use std::fs::File;
use std::io::ErrorKind;
use std::time::SystemTime;

use hub_dataset::Store;
use hub_dataset::ops::fragment_builder::is_young;

use crate::problem::{Result, disk, internal};

/// True if the object is there, of that length, and safe from a sweep until its commit.
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
        // It was swept just now.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(disk(&error)),
    }
}
