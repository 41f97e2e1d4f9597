//! Reading objects, whole and in ranges.

use std::ops::Range;

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt};
use object_store::ObjectStoreExt;

use super::coalesce;
use super::list::Listed;
use super::place::Store;
use crate::error::{Error, Result};

/// The result of reading an object whose length is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The object's bytes, of the expected length.
    Bytes(Bytes),
    /// The object has this length instead; nothing was read.
    OtherLength(u64),
    /// The object does not exist.
    Missing,
}

impl Store {
    /// Reads an object; `None` if it doesn't exist.
    pub async fn get(&self, path: &str) -> Result<Option<Bytes>> {
        match self.inner.get(&self.full(path)).await {
            Ok(got) => got.bytes().await.map(Some).map_err(self.fail(path, "read it")),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.fail(path, "read it")(e)),
        }
    }

    /// Reads an object that should have a length, and nothing of one that has another: it may be too long to be held.
    pub async fn get_of_length(&self, path: &str, size_bytes: u64) -> Result<Fetched> {
        match self.inner.get(&self.full(path)).await {
            Ok(got) if got.meta.size != size_bytes => Ok(Fetched::OtherLength(got.meta.size)),
            Ok(got) => got.bytes().await.map(Fetched::Bytes).map_err(self.fail(path, "read it")),
            Err(object_store::Error::NotFound { .. }) => Ok(Fetched::Missing),
            Err(e) => Err(self.fail(path, "read it")(e)),
        }
    }

    /// Reads an object that must exist.
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

    /// Reads ranges (rising) of an object, and nothing between them: they were [`joined`](super::joined) already.
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

    /// An object's length and age; `None` if it doesn't exist.
    pub async fn head(&self, path: &str) -> Result<Option<Listed>> {
        match self.inner.head(&self.full(path)).await {
            Ok(meta) => Ok(Some(Listed {
                path: path.to_owned(),
                size_bytes: meta.size,
                modified: meta.last_modified,
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.fail(path, "read its metadata")(e)),
        }
    }
}
