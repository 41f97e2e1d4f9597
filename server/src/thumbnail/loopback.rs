//! One object, served on this machine alone, for a program that reads addresses.
//!
//! `ffmpeg` seeks in a film by asking for ranges of an address, and the hub knows how to answer those, from a disk
//! and from a bucket. A file for it would have to be written first, 5 GB of it; a pipe can't seek to the index at
//! a film's end. The address holds a random word that nobody can guess, and is gone when this is dropped.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::content::Source;
use crate::object::send::{self, Keep, Object};
use crate::problem::{Problem, Result, internal};

/// An object that is being served.
#[derive(Debug)]
pub struct Loopback {
    url: String,
    serving: AbortHandle,
}

#[derive(Debug)]
struct Served {
    word: String,
    source: Source,
    size_bytes: u64,
}

impl Loopback {
    /// Serves `size_bytes` of a source, until it is dropped.
    ///
    /// # Errors
    /// This machine has no address left.
    pub async fn serve(source: Source, size_bytes: u64) -> Result<Self> {
        let word = blake3::Hash::from_bytes(rand::random()).to_hex().to_string();
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
        let listener = listener.map_err(|e| internal(&e))?;
        let address = listener.local_addr().map_err(|e| internal(&e))?;
        let url = format!("http://{address}/{word}");
        let served = Arc::new(Served { word, source, size_bytes });
        let app = Router::new().route("/{word}", get(send)).with_state(served);
        let serving = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
        Ok(Self { url, serving })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn send(
    State(served): State<Arc<Served>>,
    Path(word): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    if !bool::from(word.as_bytes().ct_eq(served.word.as_bytes())) {
        return Err(Problem::not_found("object"));
    }
    let source = match &served.source {
        Source::Memory(bytes) => send::Source::Memory(bytes.clone()),
        Source::Stored(store, path) => send::Source::Stored(store, path),
    };
    let object = Object {
        source,
        size_bytes: served.size_bytes,
        etag: None,
        media_type: "application/octet-stream",
        modified: None,
        keep: Keep::Ask,
        public: false,
    };
    object.send(&method, &headers, &Default::default()).await
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[tokio::test]
    async fn what_is_stored_is_read_in_ranges() {
        let store = hub_dataset::Store::memory();
        store.put("blobs/x", Bytes::from(vec![7; 3_000_000])).await.unwrap();
        let served = Loopback::serve(Source::Stored(store, "blobs/x".to_owned()), 3_000_000).await.unwrap();
        let request = reqwest::Client::new().get(served.url()).header("range", "bytes=2999990-");
        let part = request.send().await.unwrap();
        assert_eq!(part.headers()["content-range"], "bytes 2999990-2999999/3000000");
        assert_eq!(part.bytes().await.unwrap(), [7; 10][..]);
    }

    #[tokio::test]
    async fn it_seeks_is_unguessable_and_goes() {
        let served = Loopback::serve(Source::Memory(Bytes::from_static(b"0123456789")), 10).await.unwrap();
        let url = served.url().to_owned();
        let http = reqwest::Client::new();
        let part = http.get(&url).header("range", "bytes=7-").send().await.unwrap();
        assert_eq!((part.status().as_u16(), part.text().await.unwrap().as_str()), (206, "789"));
        let guess = format!("{}{}", &url[..url.len() - 1], if url.ends_with('0') { '1' } else { '0' });
        assert_eq!(http.get(guess).send().await.unwrap().status(), 404);
        drop(served);
        tokio::task::yield_now().await;
        assert!(reqwest::Client::new().get(&url).send().await.is_err());
    }
}
