//! Object stores for tests and measurements, which tell what was requested of them. For this crate's own tests and, with
//! the feature `testing`, for other crates'.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::BoxStream;
#[cfg(test)]
use hub_schema::{Fragment, FragmentId, RowId, RowRun};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use crate::store::Store;

/// A fragment without files, whose rows are those of these runs: the fragment and the row in it where a run begins, and
/// its length.
#[cfg(test)]
pub(crate) fn fragment_of_rows(id: u64, rows: u32, runs: &[(u64, u32, u32)]) -> Fragment {
    let run = |(id, offset, rows): &(u64, u32, u32)| RowRun {
        first: RowId::new(FragmentId::from_raw(*id), *offset),
        rows: *rows,
    };
    Fragment {
        id: FragmentId::from_raw(id),
        rows,
        split: None,
        row_groups: vec![rows],
        files: vec![],
        deleted: Default::default(),
        row_ids: runs.iter().map(run).collect(),
    }
}

/// A store that writes down the requests that reach another one.
#[derive(Debug, Default)]
pub struct Recorded<S = InMemory> {
    inner: S,
    requests: Mutex<Vec<String>>,
    data_bytes: AtomicU64,
}

impl<S> Recorded<S> {
    /// Records the requests to a store.
    pub fn new(inner: S) -> Self {
        Self { inner, requests: Mutex::default(), data_bytes: AtomicU64::new(0) }
    }

    /// The requests since the last call, sorted: the kind of each, and the folder it is for.
    pub fn take(&self) -> Vec<String> {
        let mut requests = std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner));
        requests.sort();
        requests
    }

    /// The bytes of data files that were read since the last call.
    pub fn take_data_bytes(&self) -> u64 {
        self.data_bytes.swap(0, Ordering::Relaxed)
    }

    fn note(&self, kind: &str, path: &Path) {
        let path = path.as_ref();
        let folder = path.split('/').next().unwrap_or_default();
        let what = if path.ends_with("/hint") { "hint" } else { folder };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(format!("{kind} {what}"));
    }

    fn count(&self, path: &Path, bytes: u64) {
        if path.as_ref().split('/').any(|part| part == crate::layout::DATA) {
            self.data_bytes.fetch_add(bytes, Ordering::Relaxed);
        }
    }
}

impl<S> fmt::Display for Recorded<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("recorded")
    }
}

#[async_trait::async_trait]
impl<S: ObjectStore> ObjectStore for Recorded<S> {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.note("PUT", path);
        self.inner.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.note("POST", path);
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let head = options.head;
        self.note(if head { "HEAD" } else { "GET" }, path);
        let got = self.inner.get_opts(path, options).await?;
        if !head {
            self.count(path, got.range.end - got.range.start);
        }
        Ok(got)
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.note("GET", path);
        self.count(path, ranges.iter().map(|r| r.end - r.start).sum());
        self.inner.get_ranges(path, ranges).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.note("LIST", prefix.unwrap_or(&Path::default()));
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.note("LIST", prefix.unwrap_or(&Path::default()));
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.note("COPY", from);
        self.inner.copy_opts(from, to, options).await
    }
}

/// A store in memory, and what writes down its requests.
pub fn recorded() -> (Store, Arc<Recorded>) {
    let recorded = Arc::new(Recorded::new(InMemory::new()));
    (Store::new(recorded.clone(), Path::default(), "memory://recorded"), recorded)
}
