//! An incomplete file: `NAME.part`, which is renamed to `NAME` once it is complete and checked.
//!
//! The hash is updated as bytes arrive; what an earlier run left is hashed when the part is opened, so a
//! resumed download is checked from its first byte. An advisory lock keeps two processes from writing the same
//! part. (Locks end with the process, so nothing stale is left behind.) The name is fixed and not one of
//! `tempfile`'s, since the next run must find it.

use std::fs::{self, TryLockError};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::catalogue::KnownFile;
use super::error::{FetchError, disk};

/// A file that is not complete yet.
pub(super) struct Part {
    path: PathBuf,
    dest: PathBuf,
    file: tokio::fs::File,
    hash: Sha256,
    len: u64,
}

impl Part {
    /// Opens the part of `dest`, with what an earlier run left of it. Blocks while it hashes that.
    pub(super) fn open(dest: &Path, file: &KnownFile) -> Result<Self, FetchError> {
        let path = dest.with_file_name(format!("{}.part", file.name));
        let mut options = fs::OpenOptions::new();
        let opened = options.read(true).write(true).create(true).truncate(false).open(&path);
        let mut opened = disk("can't open", &path, opened)?;
        match opened.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { path }),
            // A file system without locks is no reason not to download.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut hash = Sha256::new();
        let mut len = disk("can't read", &path, hash_all(&mut opened, &mut hash))?;
        if file.size_bytes.is_some_and(|size| len > size) {
            disk("can't truncate", &path, opened.set_len(0))?;
            disk("can't read", &path, opened.seek(SeekFrom::Start(0)))?;
            (hash, len) = (Sha256::new(), 0);
        }
        Ok(Self { path, dest: dest.to_owned(), file: tokio::fs::File::from_std(opened), hash, len })
    }

    pub(super) const fn len(&self) -> u64 {
        self.len
    }

    pub(super) async fn append(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        disk("can't write", &self.path, self.file.write_all(bytes).await)?;
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Truncates the file, for a download from the first byte.
    pub(super) async fn restart(&mut self) -> Result<(), FetchError> {
        disk("can't write", &self.path, self.file.flush().await)?;
        disk("can't truncate", &self.path, self.file.set_len(0).await)?;
        disk("can't write", &self.path, self.file.seek(SeekFrom::Start(0)).await)?;
        (self.hash, self.len) = (Sha256::new(), 0);
        Ok(())
    }

    /// Checks size and hash against what is published of the file. A wrong file is deleted, so that the
    /// next attempt does not resume it.
    pub(super) async fn check(&mut self, file: &KnownFile, from: &str) -> Result<(), FetchError> {
        let checked = check(file, from, self.len, self.hash.clone());
        if checked.is_err() {
            self.restart().await?;
        }
        checked
    }

    /// Renames the part to its final name.
    pub(super) async fn finish(mut self) -> Result<(), FetchError> {
        disk("can't write", &self.path, self.file.flush().await)?;
        disk("can't write", &self.path, self.file.sync_all().await)?;
        disk("can't rename", &self.path, fs::rename(&self.path, &self.dest))
    }
}

/// Is a file of this size and hash the official one?
pub(super) fn check(file: &KnownFile, from: &str, found: u64, hash: Sha256) -> Result<(), FetchError> {
    if let Some(expected) = file.size_bytes.filter(|size| *size != found) {
        return Err(FetchError::Size { file: file.name.clone(), from: from.to_owned(), found, expected });
    }
    let found = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match &file.sha256 {
        Some(expected) if *expected != found => Err(FetchError::Hash {
            file: file.name.clone(),
            from: from.to_owned(),
            found,
            expected: expected.clone(),
        }),
        _ => Ok(()),
    }
}

/// Hashes a file to its end; returns its length in bytes.
pub(super) fn hash_all(file: &mut impl Read, hash: &mut Sha256) -> std::io::Result<u64> {
    let mut block = vec![0; 1 << 20];
    let mut len = 0;
    loop {
        match file.read(&mut block)? {
            0 => return Ok(len),
            n => {
                hash.update(&block[..n]);
                len += n as u64;
            }
        }
    }
}
