//! The bytes that a filtered stream reads, compared with the bytes of the rows that match.
//!
//! The data set is on the disk, but is read like a bucket: by range requests, whose bytes are counted.

use std::fmt;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use hub_dataset::{Dataset, Store};
use hub_schema::Revision;
use hub_stream::StreamBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult,
};
use serde_json::json;

use crate::clock::report;
use crate::push::local_set;
use crate::scan::encoded_images;

/// Conditions that match scattered rows, adjacent rows, and almost all rows.
const CONDITIONS: [&str; 4] =
    ["_position % 10 = 0", "_position % 3 = 0", "_position BETWEEN 4000 AND 4999", "_position % 10 != 0"];

pub async fn run(images: &FilePath, sets: &FilePath) -> Result<()> {
    let local = local_set(images, sets).await?;
    let root = local.store().directory().unwrap_or(sets).to_path_buf();
    let files =
        Arc::new(Counting { inner: LocalFileSystem::new_with_prefix(root)?, read: AtomicU64::new(0) });
    let dataset = Dataset::open(Store::new(files.clone(), Path::default(), "counted://pictures")).await?;
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    // Footers are read once for any stream, so they are not counted.
    StreamBuilder::new(snapshot.clone()).estimate().await?;
    for condition in CONDITIONS {
        files.read.store(0, Ordering::Relaxed);
        let builder = StreamBuilder::new(snapshot.clone()).columns(&["image", "label"]).filter(condition);
        let mut stream = builder.shuffle(1).build().await?;
        let (mut rows, mut bytes) = (0, 0);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            rows += batch.num_rows();
            bytes += encoded_images(&batch)?.iter().flatten().map(|p| p.len() as u64).sum::<u64>();
        }
        let read = files.read.load(Ordering::Relaxed);
        let times = (read as f64 / bytes as f64 * 1000.0).round() / 1000.0;
        report(
            "filter",
            json!({ "where": condition, "rows": rows, "bytes": bytes, "read_bytes": read, "times": times }),
        );
    }
    Ok(())
}

/// A file system that counts the bytes that are read.
#[derive(Debug)]
struct Counting {
    inner: LocalFileSystem,
    read: AtomicU64,
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("counted files")
    }
}

type StoreResult<T> = object_store::Result<T>;

#[async_trait]
impl ObjectStore for Counting {
    async fn get_opts(&self, at: &Path, options: GetOptions) -> StoreResult<GetResult> {
        let got = self.inner.get_opts(at, options).await?;
        self.read.fetch_add(got.range.end - got.range.start, Ordering::Relaxed);
        Ok(got)
    }

    async fn put_opts(&self, at: &Path, payload: PutPayload, options: PutOptions) -> StoreResult<PutResult> {
        self.inner.put_opts(at, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> StoreResult<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(at, options).await
    }

    fn delete_stream(
        &self,
        at: BoxStream<'static, StoreResult<Path>>,
    ) -> BoxStream<'static, StoreResult<Path>> {
        self.inner.delete_stream(at)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, StoreResult<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> StoreResult<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> StoreResult<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
