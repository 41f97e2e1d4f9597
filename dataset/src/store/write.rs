//! Writing objects: named by their content, create-only, or in parts.

use bytes::Bytes;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload,
};

use super::place::Store;
use crate::error::{Error, Result};

/// Objects above this size are uploaded in parts to a store that is not a local disk.
const MULTIPART_BYTES: usize = 32 * 1024 * 1024;

/// The length in bytes of an object that is uploaded in parts; goes with [`PutMultipartOptions::extensions`] to stores
/// that must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadBytes(pub u64);

/// Marks a commit, tag or view that another data set had before: it keeps its author. Goes with [`PutOptions::extensions`]
/// to stores that know their writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfAnotherDataset;

/// How a create-only write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The object was written.
    Yes,
    /// An object exists there already; nothing was written.
    Taken,
}

impl Store {
    /// Writes a content-addressed object or a hint. On a local disk it appears whole or not at all.
    pub async fn put(&self, path: &str, payload: impl Into<PutPayload>) -> Result<()> {
        let payload = payload.into();
        let fail = self.fail(path, "write it");
        if self.local.is_none() && payload.content_length() > MULTIPART_BYTES {
            return self.put_parts(path, payload).await.map_err(fail);
        }
        self.inner.put(&self.full(path), payload).await.map(drop).map_err(fail)
    }

    async fn put_parts(&self, path: &str, payload: PutPayload) -> object_store::Result<()> {
        let upload = self.multipart(path, payload.content_length() as u64).await?;
        let mut writer = object_store::WriteMultipart::new_with_chunk_size(upload, MULTIPART_BYTES / 2);
        for part in payload {
            writer.wait_for_capacity(4).await?;
            writer.put(part);
        }
        writer.finish().await.map(drop)
    }

    async fn multipart(&self, path: &str, size_bytes: u64) -> object_store::Result<Box<dyn MultipartUpload>> {
        let mut options = PutMultipartOptions::default();
        options.extensions.insert(UploadBytes(size_bytes));
        self.inner.put_multipart_opts(&self.full(path), options).await
    }

    /// Begins an upload in parts of an object of that length, for what is too long to be held.
    pub async fn upload_of(&self, path: &str, size_bytes: u64) -> Result<Box<dyn MultipartUpload>> {
        self.multipart(path, size_bytes).await.map_err(self.fail(path, "write it"))
    }

    /// Begins an upload in parts of an object whose length is not known yet; not every store takes one.
    pub async fn upload(&self, path: &str) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart(&self.full(path)).await.map_err(self.fail(path, "write it"))
    }

    /// Writes an object that must not exist yet.
    ///
    /// After a lost answer the object may be there although the write seems to have failed, so an object with
    /// exactly this content counts as written; what is written this way holds something drawn at random.
    pub async fn create(&self, path: &str, content: Bytes) -> Result<Created> {
        self.create_with(path, content, PutOptions::default()).await
    }

    /// As [`create`](Self::create), for a file of a data set's history that was written in another place.
    pub async fn create_imported(&self, path: &str, content: Bytes) -> Result<Created> {
        let mut options = PutOptions::default();
        options.extensions.insert(OfAnotherDataset);
        self.create_with(path, content, options).await
    }

    async fn create_with(&self, path: &str, content: Bytes, options: PutOptions) -> Result<Created> {
        let options = PutOptions { mode: PutMode::Create, ..options };
        let failed = match self.inner.put_opts(&self.full(path), content.clone().into(), options).await {
            Ok(_) => return Ok(Created::Yes),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => None,
            Err(e) => Some(e),
        };
        match (self.get(path).await, failed) {
            (Ok(Some(there)), _) if there == content => Ok(Created::Yes),
            (_, Some(e)) => Err(self.fail(path, "create it")(e)),
            (Err(e), None) => Err(e),
            (Ok(_), None) => Ok(Created::Taken),
        }
    }

    /// Waits until an object survives a loss of power. A bucket's server answers only then; on a local disk
    /// the file and its folder are synchronised.
    pub async fn settle(&self, path: &str) -> Result<()> {
        let Some(local) = self.local_file(path) else { return Ok(()) };
        let sync = move || {
            std::fs::File::open(&local)?.sync_all()?;
            local.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
        };
        let synced = tokio::task::spawn_blocking(sync).await.map_err(std::io::Error::other).flatten();
        let path = format!("{}/{path}", self.uri);
        synced.map_err(|source| Error::Io { path, action: "write it to the disk", source })
    }

    /// Deletes an object; that it is gone already is fine.
    pub async fn delete(&self, path: &str) -> Result<()> {
        match self.inner.delete(&self.full(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(self.fail(path, "delete it")(e)),
        }
    }
}
