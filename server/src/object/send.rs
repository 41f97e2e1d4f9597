//! Sends bytes of an object: all, or a range, or the news that there are none to send.
//!
//! A file of a disk goes from the system's cache to the socket without a copy in between (see
//! [`crate::sendfile`]), and costs no memory however slowly it is read. From a bucket, memory per client is two
//! chunks: one on its way to the socket, one that is fetched meanwhile.

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

/// What is asked for at a time from a bucket.
const BUCKET_CHUNK_BYTES: u64 = 2 * 1024 * 1024;

/// How long others may keep what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It never changes under this address.
    Forever,
    /// It must be asked for again.
    Ask,
}

/// An object, and how it is to be sent.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// Where it is.
    pub source: Source<'a>,
    /// Its length.
    pub size_bytes: u64,
    /// Its entity tag, with quotes.
    pub etag: Option<String>,
    /// Its media type.
    pub media_type: &'a str,
    /// How long others may keep it.
    pub keep: Keep,
    /// When it was written, where that is known.
    pub modified: Option<DateTime<Utc>>,
    /// Whether anyone may see it, so that a shared cache may keep it.
    pub public: bool,
}

/// Where bytes are.
#[derive(Clone, Debug)]
pub enum Source<'a> {
    /// In the store.
    Stored(&'a Store, &'a str),
    /// In a file of this server's disk.
    File(LocalFile),
    /// Here.
    Memory(Bytes),
    /// In several files of the store.
    Assembled(&'a Assembled),
}

impl Object<'_> {
    /// The answer to a `GET` or `HEAD` with these headers. `sent` counts the bytes.
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
                    "it is not the version that If-Match names",
                ));
            }
            Wanted::Outside => {
                let detail = format!("it is {} bytes long", self.size_bytes);
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
        // Bytes that somebody pushed are shown as what they are called, never as a page of this site.
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

/// The first part is here before the answer begins, as it is of a file.
async fn begun(mut parts: BoxStream<'static, hub_dataset::Result<Bytes>>) -> Result<Body> {
    match parts.next().await {
        None => Ok(Body::empty()),
        Some(first) => {
            let first = first?;
            Ok(Body::from_stream(stream::once(async { Ok(first) }).chain(parts)))
        }
    }
}
