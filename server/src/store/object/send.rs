//! Sends an object: all bytes, a range, or only a status.
//!
//! A file on a disk goes from the page cache to the socket without a copy (see [`crate::http::sendfile`]), so a slow reader
//! costs no memory. From a bucket, memory per client is two chunks: one being sent, one being fetched.

use std::io;
use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt};
use hub_dataset::Store;
use hub_dataset::assemble::Assembled;
use prometheus_client::metrics::counter::Counter;

use super::local::LocalFile;
use super::range::{Wanted, wanted};
use crate::problem::{Kind, Problem, Result, internal};

/// Bytes per request to a bucket.
const BUCKET_CHUNK_BYTES: u64 = 2 * 1024 * 1024;

/// How long caches may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// A year: the content at this address never changes.
    Forever,
    /// Only with revalidation by entity tag.
    Ask,
}

/// An object, and how it is to be sent.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    pub source: Source<'a>,
    pub size_bytes: u64,
    /// The entity tag, with quotes.
    pub etag: Option<String>,
    pub media_type: &'a str,
    pub keep: Keep,
    /// Time of the last write, if known.
    pub modified: Option<DateTime<Utc>>,
    /// Whether shared caches may keep it: true if everyone may read the data set.
    pub public: bool,
}

#[derive(Clone, Debug)]
pub enum Source<'a> {
    /// The object of a store at a path.
    Stored(&'a Store, &'a str),
    /// A file on this server's disk.
    File(LocalFile),
    /// Bytes in memory.
    Memory(Bytes),
    /// A file assembled from several files of the store while it is read.
    Assembled(&'a Assembled),
}

impl Object<'_> {
    /// The answer to a `GET` or `HEAD` with these headers. `sent` is increased by the bytes of the body.
    pub async fn send(
        self,
        method: &Method,
        headers: &HeaderMap,
        sent: &Counter<u64, std::sync::atomic::AtomicU64>,
    ) -> Result<Response> {
        let (range, is_part) = match wanted(headers, self.size_bytes, self.etag.as_deref()) {
            Wanted::All => (0..self.size_bytes, false),
            Wanted::Part(range) => (range, true),
            Wanted::NotModified => {
                let mut response = StatusCode::NOT_MODIFIED.into_response();
                self.describe(response.headers_mut())?;
                return Ok(response);
            }
            Wanted::Changed => {
                return Err(Problem::new(
                    Kind::NotModifiedSince,
                    "the object is not the version that If-Match names; request it again without If-Match",
                ));
            }
            Wanted::Outside => {
                let detail =
                    format!("the range is outside of the object, which has {} bytes", self.size_bytes);
                let mut response = Problem::new(Kind::BadRange, detail).into_response();
                let range = format!("bytes */{}", self.size_bytes);
                response.headers_mut().insert(header::CONTENT_RANGE, value(&range)?);
                return Ok(response);
            }
        };
        let length = range.end - range.start;
        let body = match *method == Method::HEAD {
            true => Body::empty(),
            false => {
                sent.inc_by(length);
                self.source.body(range.clone()).await?
            }
        };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        self.describe(headers)?;
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(header::CONTENT_TYPE, value(self.media_type)?);
        if is_part {
            let range = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), self.size_bytes);
            headers.insert(header::CONTENT_RANGE, value(&range)?);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        Ok(response)
    }

    fn describe(&self, headers: &mut HeaderMap) -> Result<()> {
        let keep = match (self.keep, self.public) {
            (Keep::Forever, true) => "public, max-age=31536000, immutable",
            (Keep::Forever, false) => "private, max-age=31536000, immutable",
            (Keep::Ask, _) => "no-cache",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        // Pushed bytes are untrusted: a browser must not guess their type or run them as a page of this site.
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers
            .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
        if let Some(etag) = &self.etag {
            headers.insert(header::ETAG, value(etag)?);
        }
        if let Some(modified) = self.modified {
            let date = modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            headers.insert(header::LAST_MODIFIED, value(&date)?);
        }
        Ok(())
    }
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|e| internal(&e))
}

impl Source<'_> {
    async fn body(&self, range: Range<u64>) -> Result<Body> {
        match self {
            Self::Memory(bytes) => Ok(Body::from(bytes.slice(range.start as usize..range.end as usize))),
            Self::Assembled(file) => begun(file.read(range)).await,
            Self::File(file) => file.clone().body(range).await,
            Self::Stored(store, path) => match store.local_file(path) {
                Some(file) => {
                    let missing = || internal(&io::Error::from(io::ErrorKind::NotFound));
                    LocalFile::open(file).await?.ok_or_else(missing)?.body(range).await
                }
                None => bucket((*store).clone(), (*path).to_owned(), range).await,
            },
        }
    }
}

async fn bucket(store: Store, path: String, range: Range<u64>) -> Result<Body> {
    let next = move |at: u64| at..range.end.min(at + BUCKET_CHUNK_BYTES);
    let starts = (range.start..range.end).step_by(BUCKET_CHUNK_BYTES as usize);
    let parts = starts.map(move |at| {
        let (store, path, part) = (store.clone(), path.clone(), next(at));
        async move { store.range(&path, part).await }
    });
    begun(stream::iter(parts).buffered(2).boxed()).await
}

/// Fetches the first chunk before the answer begins, so that an error becomes a problem document.
async fn begun(mut parts: BoxStream<'static, hub_dataset::Result<Bytes>>) -> Result<Body> {
    match parts.next().await {
        None => Ok(Body::empty()),
        Some(first) => {
            let first = first?;
            Ok(Body::from_stream(stream::once(async { Ok(first) }).chain(parts)))
        }
    }
}
