//! The cache: reads and writes entries, counts hits and misses, keeps within its limit.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::entry::{self, CopyKey, Entry, Key};
use super::error::{Error, Result};
use super::sweep;

/// A bounded cache in a directory. Cheap to clone; several processes may share the directory.
#[derive(Clone, Debug)]
pub struct Cache {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    size_bytes: u64,
    room: Mutex<Room>,
    hits: AtomicU64,
    misses: AtomicU64,
    damaged: AtomicU64,
    unwritten: AtomicU64,
}

/// The directory's size, as far as this process knows it.
#[derive(Debug)]
struct Room {
    /// Bytes found in it when it was last listed, and written or deleted by this process since.
    used_bytes: u64,
    /// Bytes written since it was last listed.
    written_bytes: u64,
    /// Bytes that this process is writing: a listing of the directory may miss them.
    writing_bytes: u64,
}

/// Counters of a cache since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Ranges, and copies of images, that were read from it.
    pub hits: u64,
    /// Those that it did not hold, damaged ones included.
    pub misses: u64,
    /// Entries with a wrong checksum or length.
    pub damaged: u64,
    /// Entries that could not be written (a full disk, for example): they will be fetched, or made, again.
    pub unwritten: u64,
}

impl Cache {
    /// Opens the cache in `directory` (created if it is missing), of at most `size_bytes` on disk. Entries that
    /// are there are used; those that exceed the limit are deleted, the least recently used first.
    ///
    /// # Errors
    /// The directory can't be created, listed or written to.
    pub fn open(directory: impl Into<PathBuf>, size_bytes: u64) -> Result<Self> {
        let directory = directory.into();
        let io = |action| {
            let path = directory.display().to_string();
            move |source| Error::Io { path, action, source }
        };
        std::fs::create_dir_all(&directory).map_err(io("make the directory"))?;
        entry::probe(&directory).map_err(io("write to it"))?;
        let used_bytes = sweep::sweep(&directory, entry::SUFFIXES, size_bytes).map_err(io("list it"))?;
        let shared = Shared {
            directory,
            size_bytes,
            room: Mutex::new(Room { used_bytes, written_bytes: 0, writing_bytes: 0 }),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            damaged: AtomicU64::new(0),
            unwritten: AtomicU64::new(0),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The directory that it was opened in.
    pub fn directory(&self) -> &Path {
        &self.shared.directory
    }

    /// Its limit, in bytes on disk.
    pub fn size_bytes(&self) -> u64 {
        self.shared.size_bytes
    }

    /// Its counters since it was opened, over all clones.
    pub fn stats(&self) -> Stats {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            hits: count(&self.shared.hits),
            misses: count(&self.shared.misses),
            damaged: count(&self.shared.damaged),
            unwritten: count(&self.shared.unwritten),
        }
    }

    /// Checks that the cache can hold a chunk that lies in these ranges; `what` names the chunk in the error.
    ///
    /// # Errors
    /// [`Error::TooSmall`].
    pub fn check_room(&self, chunk: &[Key], what: impl FnOnce() -> String) -> Result<()> {
        let chunk_bytes = chunk.iter().map(|k| entry::size_on_disk(k.range.end - k.range.start)).sum();
        if chunk_bytes <= self.shared.size_bytes {
            return Ok(());
        }
        Err(Error::TooSmall {
            directory: self.shared.directory.display().to_string(),
            cache_bytes: self.shared.size_bytes,
            what: what(),
            chunk_bytes,
        })
    }

    /// The bytes of a range; `None` if it holds none, or damaged ones.
    pub async fn get(&self, key: &Key) -> Option<Bytes> {
        let (shared, entry) = (Arc::clone(&self.shared), Entry::from(key));
        tokio::task::spawn_blocking(move || shared.get(&entry)).await.ok().flatten()
    }

    /// Stores the bytes of a range. Where they can't be written (a full disk), nothing is stored and
    /// [`Stats::unwritten`] counts it: the reader has its bytes all the same.
    pub async fn put(&self, key: &Key, bytes: Bytes) {
        let (shared, entry) = (Arc::clone(&self.shared), Entry::from(key));
        // A cancelled write means one entry less; nothing depends on it.
        drop(tokio::task::spawn_blocking(move || shared.put(&entry, &bytes)).await);
    }

    /// The copy of an image, read on this thread; `None` as for [`get`](Self::get).
    pub(crate) fn copy(&self, key: &CopyKey) -> Option<Bytes> {
        self.shared.get(&key.into())
    }

    /// The first bytes of the copy of an image, enough for its header, if there is one. They may be damaged.
    pub(crate) fn head_of_copy(&self, key: &CopyKey) -> Option<Vec<u8>> {
        entry::head(&self.shared.directory, &key.into())
    }

    /// Stores the copy of an image, on this thread; false as for [`put`](Self::put).
    pub(crate) fn put_copy(&self, key: &CopyKey, copy: &[u8]) -> bool {
        self.shared.put(&key.into(), copy)
    }
}

impl Shared {
    fn get(&self, entry: &Entry) -> Option<Bytes> {
        let read = entry::read(&self.directory, entry);
        let counter = if matches!(read, Ok(Some(_))) { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        match read {
            Ok(found) => found,
            Err(size_bytes) => {
                self.damaged.fetch_add(1, Ordering::Relaxed);
                let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
                room.used_bytes = room.used_bytes.saturating_sub(size_bytes);
                None
            }
        }
    }

    /// Whether it was written.
    fn put(&self, entry: &Entry, bytes: &[u8]) -> bool {
        let needed = entry::size_on_disk(bytes.len() as u64);
        if needed > self.size_bytes || !self.make_room(needed) {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        let written = entry::write(&self.directory, entry, bytes);
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        room.writing_bytes -= needed;
        if written.is_err() {
            room.used_bytes = room.used_bytes.saturating_sub(needed);
            self.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        written.is_ok()
    }

    /// Reserves `needed` bytes of the limit, sweeping where fewer are left; false if it can't.
    fn make_room(&self, needed: u64) -> bool {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let full = room.used_bytes.saturating_add(needed) > self.size_bytes;
        if full || room.written_bytes > self.size_bytes / 16 {
            let Some(mut keep) = self.size_bytes.checked_sub(needed + room.writing_bytes) else {
                return false;
            };
            if full {
                // Some slack, so that the next few writes don't sweep again.
                keep = keep.min(self.size_bytes - self.size_bytes / 32);
            }
            match sweep::sweep(&self.directory, entry::SUFFIXES, keep) {
                Ok(found) if found <= keep => {
                    room.used_bytes = found + room.writing_bytes;
                    room.written_bytes = 0;
                }
                _ => return false,
            }
        }
        room.used_bytes += needed;
        room.written_bytes += needed;
        room.writing_bytes += needed;
        true
    }
}
