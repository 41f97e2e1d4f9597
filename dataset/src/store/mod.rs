//! A data set's place on an object store: a prefix, and the few operations the format needs.
//!
//! Why not `object_store` as it is: paths here are relative to the data set, every error says which object of
//! which location failed, a create that must not overwrite is an operation of its own, and a local disk gives
//! memory maps. What is written is one of three kinds: content-addressed (writing it twice is harmless),
//! create-only (`hub.json`, commits, tags), and hints (may be lost).

mod coalesce;
mod mapped;
mod open;
mod prefetch_hint;
mod probe;
mod replace;
mod writer_identity;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload,
};

pub use coalesce::joined;
pub(crate) use coalesce::joined_over;
pub use mapped::MappedFile;
pub use open::s3_settings;
pub use prefetch_hint::{PrefetchHint, Scan};
pub use replace::{Access, Replacement, replace_file};
pub use writer_identity::WriterIdentity;

use crate::error::{Error, Result};

/// Objects above this size are uploaded in parts to a store that is not a local disk.
const MULTIPART_BYTES: usize = 32 * 1024 * 1024;

/// A data set's place on an object store.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    root: Path,
    uri: Arc<str>,
    local: Option<Arc<std::path::Path>>,
    prefetch_hint: Option<Arc<dyn PrefetchHint>>,
    writer: Option<Arc<dyn WriterIdentity>>,
}

/// How long an object will be that is uploaded in parts; goes with [`PutMultipartOptions::extensions`] to stores
/// that must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadBytes(pub u64);

/// An object, as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path below the data set's root.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
    /// When it was last written.
    pub modified: DateTime<Utc>,
}

/// How a create-only write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is written.
    Yes,
    /// Something was there before; nothing was written.
    Taken,
}

impl Store {
    /// The store below `root` of any object store; `uri` names it in messages.
    pub fn new(inner: Arc<dyn ObjectStore>, root: Path, uri: impl Into<Arc<str>>) -> Self {
        Self { inner, root, uri: uri.into(), local: None, prefetch_hint: None, writer: None }
    }

    /// The location, for people.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The directory, if it is on a local disk.
    pub fn directory(&self) -> Option<&std::path::Path> {
        self.local.as_deref()
    }

    /// The local file of an object, if it is on a local disk.
    pub fn local_file(&self, path: &str) -> Option<PathBuf> {
        self.local.as_deref().map(|dir| dir.join(path))
    }

    fn full(&self, path: &str) -> Path {
        Path::from_iter(self.root.parts().chain(Path::from(path).parts()))
    }

    fn fail(&self, path: &str, action: &'static str) -> impl FnOnce(object_store::Error) -> Error + use<> {
        let (uri, path) = (self.uri.to_string(), path.to_owned());
        move |source| Error::Store { uri, path, action, source }
    }

    /// Reads an object; `None` if there is none.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>> {
        match self.inner.get(&self.full(path)).await {
            Ok(got) => got.bytes().await.map(Some).map_err(self.fail(path, "read it")),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.fail(path, "read it")(e)),
        }
    }

    /// Reads an object that must be there.
    pub async fn need(&self, path: &str) -> Result<Bytes> {
        let got = self.get(path).await?;
        got.ok_or_else(|| Error::damaged(format!("{}/{path}", self.uri), "the file is missing"))
    }

    /// Reads a range of an object.
    pub async fn range(&self, path: &str, range: Range<u64>) -> Result<Bytes> {
        self.inner.get_range(&self.full(path), range).await.map_err(self.fail(path, "read it"))
    }

    /// Reads ranges (rising) of an object; near ones are fetched together.
    pub async fn ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.ranges_over(path, ranges, coalesce::gap(ranges)).await
    }

    /// Reads ranges (rising) of an object, and nothing between them: they were [`joined`] already.
    pub async fn joined_ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.ranges_over(path, ranges, 0).await
    }

    async fn ranges_over(&self, path: &str, ranges: &[Range<u64>], gap: u64) -> Result<Vec<Bytes>> {
        let full = self.full(path);
        let got = match self.local {
            Some(_) => self.inner.get_ranges(&full, ranges).await,
            None => {
                let fetch = |range| self.inner.get_range(&full, range);
                object_store::coalesce_ranges(ranges, fetch, gap).await
            }
        };
        got.map_err(self.fail(path, "read it"))
    }

    /// An object's bytes as they arrive.
    pub async fn stream(&self, path: &str) -> Result<BoxStream<'static, Result<Bytes>>> {
        let got = self.inner.get(&self.full(path)).await.map_err(self.fail(path, "read it"))?;
        let (uri, path) = (self.uri.to_string(), path.to_owned());
        let fail =
            move |source| Error::Store { uri: uri.clone(), path: path.clone(), action: "read it", source };
        Ok(got.into_stream().map(move |part| part.map_err(&fail)).boxed())
    }

    /// An object's length and age; `None` if there is none.
    pub async fn head(&self, path: &str) -> Result<Option<Listed>> {
        match self.inner.head(&self.full(path)).await {
            Ok(meta) => Ok(Some(Listed {
                path: path.to_owned(),
                size_bytes: meta.size,
                modified: meta.last_modified,
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.fail(path, "look at it")(e)),
        }
    }

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

    /// Writes an object that must not be there yet.
    ///
    /// After a lost answer the object may be there although the write seems to have failed, so an object with
    /// exactly this content counts as written; what is written this way holds something drawn at random.
    pub async fn create(&self, path: &str, content: Bytes) -> Result<Created> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
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

    /// All objects below a folder, in no order.
    pub fn list(&self, folder: &str) -> BoxStream<'static, Result<Listed>> {
        let prefix = self.full(folder);
        let root = self.root.clone();
        let (uri, folder) = (self.uri.to_string(), folder.to_owned());
        let listed = self.inner.list(Some(&prefix));
        listed
            .map(move |meta| match meta {
                Ok(meta) => {
                    let below = meta.location.prefix_match(&root).into_iter().flatten();
                    let parts: Vec<_> = below.map(|p| p.as_ref().to_owned()).collect();
                    Ok(Listed { path: parts.join("/"), size_bytes: meta.size, modified: meta.last_modified })
                }
                Err(source) => {
                    Err(Error::Store { uri: uri.clone(), path: folder.clone(), action: "list it", source })
                }
            })
            .boxed()
    }

    /// The objects right in a folder; `""` is the root.
    pub async fn files(&self, folder: &str) -> Result<Vec<Listed>> {
        let listed = self.inner.list_with_delimiter(Some(&self.full(folder))).await;
        let listed = listed.map_err(self.fail(folder, "list it"))?;
        let file = |meta: object_store::ObjectMeta| {
            let name = meta.location.filename()?;
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            Some(Listed { path, size_bytes: meta.size, modified: meta.last_modified })
        };
        Ok(listed.objects.into_iter().filter_map(file).collect())
    }

    /// The names of the folders right below a folder.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let listed = self.inner.list_with_delimiter(Some(&self.full(folder))).await;
        let listed = listed.map_err(self.fail(folder, "list it"))?;
        Ok(listed.common_prefixes.iter().filter_map(|p| p.filename().map(str::to_owned)).collect())
    }
}
