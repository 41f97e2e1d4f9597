//! Keeps files of this server's disk open while they are being sent.
//!
//! Opening and mapping a file costs more than sending a small range of it, so recently requested files stay open. Files
//! named by their hash never change. A removed file is closed within seconds, which frees its space on the disk.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream;
use hub_dataset::store::MappedFile;
use moka::future::Cache;

use crate::http::sendfile;
use crate::problem::{Result, disk, internal};

/// Bytes of a file that are sent at a time, after checking that they are in the page cache.
const CHUNK_BYTES: u64 = 1024 * 1024;
/// Maximum files kept open.
const OPEN_FILES: u64 = 256;
/// How long a file is kept open.
const OPEN_TTL: Duration = Duration::from_secs(5);

/// Recently requested files.
#[derive(Debug)]
pub struct LocalFiles(Cache<PathBuf, LocalFile>);

impl Default for LocalFiles {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(OPEN_FILES).time_to_live(OPEN_TTL).build())
    }
}

impl LocalFiles {
    /// Opens a file; `None` if it doesn't exist.
    pub async fn open(&self, path: PathBuf) -> Result<Option<LocalFile>> {
        if let Some(open) = self.0.get(&path).await {
            return Ok(Some(open));
        }
        let found = LocalFile::open(path.clone()).await?;
        if let Some(file) = &found {
            self.0.insert(path, file.clone()).await;
        }
        Ok(found)
    }

    /// Closes all files; called after some were removed.
    pub fn close_all(&self) {
        self.0.invalidate_all();
    }

    /// Closes expired files every few seconds, and never returns: the cache itself drops entries only when it is used.
    pub async fn drop_expired(&self) {
        loop {
            tokio::time::sleep(OPEN_TTL).await;
            self.0.run_pending_tasks().await;
        }
    }
}

/// A file of this server's disk, open to be sent. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LocalFile {
    file: Arc<MappedFile>,
    bytes: Bytes,
    modified: Option<DateTime<Utc>>,
}

impl LocalFile {
    /// Opens a file; `None` if it doesn't exist.
    pub async fn open(path: PathBuf) -> Result<Option<Self>> {
        let open = move || match MappedFile::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(|file| {
                let modified = file.file().metadata().and_then(|file| file.modified()).ok().map(Into::into);
                let file = Arc::new(file);
                Some(Self { bytes: sendfile::register(file.clone()), file, modified })
            }),
        };
        let opened = tokio::task::spawn_blocking(open).await.map_err(|e| internal(&e))?;
        opened.map_err(|e| disk(&e))
    }

    pub fn modified(&self) -> Option<DateTime<Utc>> {
        self.modified
    }

    pub fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// A range of the file as a body. The first chunk is read into the page cache before the answer begins, so that a read
    /// error becomes a problem document rather than a truncated body.
    pub async fn body(self, part: std::ops::Range<u64>) -> Result<Body> {
        let (start, end) = (part.start, part.end);
        if self.size_bytes() < end {
            return Err(internal(&io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter")));
        }
        let first = self.chunk(start, end).await.map_err(|e| disk(&e))?;
        if first.len() as u64 == end - start {
            return Ok(Body::from(first));
        }
        let rest = stream::try_unfold(start + first.len() as u64, move |at| {
            let file = self.clone();
            async move {
                if at >= end {
                    return Ok::<_, io::Error>(None);
                }
                let chunk = file.chunk(at, end).await?;
                let next = at + chunk.len() as u64;
                Ok(Some((chunk, next)))
            }
        });
        let first = stream::once(async { Ok(first) });
        Ok(Body::from_stream(futures::StreamExt::chain(first, rest)))
    }

    /// The next bytes from `at` on, after making sure that they are in the page cache.
    async fn chunk(&self, at: u64, end: u64) -> io::Result<Bytes> {
        let part = at..end.min(at + CHUNK_BYTES);
        if !sendfile::is_cached(self.file.file(), &part) {
            let (file, part) = (self.file.clone(), part.clone());
            let fetched = tokio::task::spawn_blocking(move || sendfile::fetch(file.file(), &part)).await;
            fetched.map_err(io::Error::other).flatten()?;
        }
        Ok(self.bytes.slice(part.start as usize..part.end as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_stays_open_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let files = LocalFiles::default();
        assert!(files.open(path.clone()).await.unwrap().is_none());
        std::fs::write(&path, vec![7; 3_000_000]).unwrap();
        let file = files.open(path.clone()).await.unwrap().unwrap();
        assert_eq!(file.size_bytes(), 3_000_000);
        std::fs::remove_file(&path).unwrap();
        assert!(files.open(path.clone()).await.unwrap().is_some());
        files.close_all();
        assert!(files.open(path).await.unwrap().is_none());
        let body = file.body(5..2_999_999).await.unwrap();
        assert_eq!(axum::body::to_bytes(body, usize::MAX).await.unwrap(), vec![7; 2_999_994]);
    }
}
