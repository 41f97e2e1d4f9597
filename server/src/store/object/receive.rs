//! Receives an object that is named by the hash of its bytes.
//!
//! It is hashed while it is stored, and becomes visible only if the hash matches: on a disk a temporary file is
//! renamed at the end, in a bucket a multipart upload is completed at the end. An interrupted or wrong upload leaves
//! nothing.

use bytes::Bytes;
use futures::stream::{Stream, StreamExt};
use hub_dataset::Store;
use hub_schema::ContentHash;
use object_store::{MultipartUpload, PutPayload};

use crate::problem::{Kind, Problem, Result};

/// Bytes that are collected before they are written to a disk.
const DISK_PART_BYTES: usize = 1024 * 1024;

/// Stores the chunks of an object at `path`, which must have the hash `expected`; returns its length.
///
/// # Errors
/// [`Kind::HashMismatch`], or the error that ended the chunks early. Nothing is kept then.
pub async fn receive(
    store: &Store,
    path: &str,
    expected: ContentHash,
    mut parts: impl Stream<Item = Result<Bytes>> + Unpin,
    part_bytes: usize,
) -> Result<u64> {
    let part_bytes = if store.directory().is_some() { DISK_PART_BYTES } else { part_bytes };
    let mut writer = Writer { store, path, upload: None, held: Vec::new(), held_bytes: 0 };
    let mut hasher = blake3::Hasher::new();
    let read = async {
        while let Some(part) = parts.next().await {
            let part = part?;
            hasher.update(&part);
            writer.held_bytes += part.len();
            writer.held.push(part);
            if writer.held_bytes >= part_bytes {
                writer.flush().await?;
            }
        }
        Ok(hasher.count())
    };
    let length = match read.await {
        Ok(length) => length,
        Err(problem) => {
            writer.abort().await;
            return Err(problem);
        }
    };
    let found = ContentHash(*hasher.finalize().as_bytes());
    if found != expected {
        writer.abort().await;
        return Err(mismatch(expected, found));
    }
    writer.finish().await?;
    Ok(length)
}

pub fn mismatch(expected: ContentHash, found: ContentHash) -> Problem {
    let detail = format!(
        "expected BLAKE3 {expected}, as in the path, but the received bytes have {found}; nothing was stored"
    );
    Problem::new(Kind::HashMismatch, detail)
}

/// Collects bytes until there are enough for a part, and then writes that.
struct Writer<'a> {
    store: &'a Store,
    path: &'a str,
    upload: Option<Box<dyn MultipartUpload>>,
    held: Vec<Bytes>,
    held_bytes: usize,
}

impl Writer<'_> {
    async fn flush(&mut self) -> Result<()> {
        let upload = match &mut self.upload {
            Some(upload) => upload,
            None => self.upload.insert(self.store.upload(self.path).await?),
        };
        self.held_bytes = 0;
        let payload: PutPayload = std::mem::take(&mut self.held).into_iter().collect();
        Ok(upload.put_part(payload).await?)
    }

    async fn finish(mut self) -> Result<()> {
        if self.upload.is_none() {
            let payload: PutPayload = std::mem::take(&mut self.held).into_iter().collect();
            return Ok(self.store.put(self.path, payload).await?);
        }
        if self.held_bytes > 0
            && let Err(problem) = self.flush().await
        {
            self.abort().await;
            return Err(problem);
        }
        match self.upload {
            Some(mut upload) => Ok(upload.complete().await.map(drop)?),
            None => Ok(()),
        }
    }

    async fn abort(self) {
        if let Some(mut upload) = self.upload
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(
                error = crate::problem::chain(&error),
                "a failed upload could not be removed from the store"
            );
        }
    }
}
