//! A sample that is an object of its own, read in ranges.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use bytes::Bytes;
use hub_schema::ContentHash;
use tokio::runtime::Handle;

use crate::layout;
use crate::sample::ReadAt;
use crate::store::Store;

/// A sample under `blobs/`. Reads block; from a bucket they wait on the runtime it was created in.
pub struct StoredBlob {
    store: Store,
    hash: ContentHash,
    size_bytes: u64,
    runtime: Option<Handle>,
}

impl StoredBlob {
    /// The blob `hash`, of `size_bytes`.
    pub fn new(store: Store, hash: ContentHash, size_bytes: u64) -> Self {
        Self { store, hash, size_bytes, runtime: Handle::try_current().ok() }
    }
}

impl fmt::Debug for StoredBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredBlob({}/{})", self.store.uri(), layout::blob(self.hash))
    }
}

impl ReadAt for StoredBlob {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn read_at(&self, offset: u64, len: usize) -> io::Result<Bytes> {
        let path = layout::blob(self.hash);
        let end = (offset + len as u64).min(self.size_bytes);
        let start = offset.min(end);
        if let Some(local) = self.store.local_file(&path) {
            let mut buffer = vec![0; (end - start) as usize];
            File::open(local)?.read_exact_at(&mut buffer, start)?;
            return Ok(buffer.into());
        }
        let Some(runtime) = &self.runtime else {
            return Err(io::Error::other("a blob in a bucket is read inside a tokio runtime"));
        };
        runtime.block_on(self.store.range(&path, start..end)).map_err(io::Error::other)
    }

    fn blob(&self) -> Option<ContentHash> {
        Some(self.hash)
    }
}
