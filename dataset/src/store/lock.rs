//! The lock between writers of a data set on a local disk and its garbage collection.
//!
//! A file that is uploaded and not yet committed looks like one that nobody needs. On a disk, a writer holds a shared
//! lock on `hub.json` from its first file to its commit, and a garbage collection with a short grace time an exclusive
//! one. The system releases the lock of a process that ends, however it ends. A bucket has no locks: there the grace
//! time alone protects a writer.

use std::fs::File;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::place::Store;
use crate::layout;

/// Attempts to get the exclusive lock: a writer that changes a label holds it for milliseconds.
const TRIES: u32 = 40;
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(25);

/// A lock that is held until it is dropped; none where there are no locks.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "closing the file releases the lock")] Option<File>);

impl Store {
    /// Holds back a garbage collection with a short grace time while files are written that no commit names yet.
    pub(crate) async fn lock_as_writer(&self) -> Lock {
        let Some(path) = self.local_file(layout::HUB_FILE) else { return Lock(None) };
        let lock = move || {
            // A file system without locks is like a bucket, and what is missing here is an error of what follows.
            let file = File::open(path).ok()?;
            flock(&file, FlockOperation::LockShared).ok().map(|()| file)
        };
        Lock(tokio::task::spawn_blocking(lock).await.ok().flatten())
    }

    /// Keeps writers out; `None` while one is under way, and where there are no locks.
    pub(crate) async fn lock_against_writers(&self) -> Option<Lock> {
        let file = File::open(self.local_file(layout::HUB_FILE)?).ok()?;
        for _ in 0..TRIES {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Some(Lock(Some(file))),
                Err(Errno::WOULDBLOCK) => tokio::time::sleep(PAUSE).await,
                Err(_) => return None,
            }
        }
        None
    }
}
