//! Serves one object on a loopback URL, for a program that reads URLs.
//!
//! `ffmpeg` seeks in a video with range requests, which the hub can answer from a disk and from a bucket. Why not a
//! temporary file: it would have to be written first, up to 5 GB of it. Why not a pipe: it can't seek to the index at
//! the end of a video. The URL contains a random token, and is served until [`Loopback`] is dropped.

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
use crate::problem::{Problem, Result, internal};
use crate::store::object::send::{self, Keep, Object};

/// An object that is served until this is dropped.
#[derive(Debug)]
pub struct Loopback {
    url: String,
    serving: AbortHandle,
}

#[derive(Debug)]
struct Served {
    token: String,
    source: Source,
    size_bytes: u64,
}

impl Loopback {
    /// Serves `size_bytes` of a source.
    ///
    /// # Errors
    /// No port is free.
    pub async fn serve(source: Source, size_bytes: u64) -> Result<Self> {
        let token = blake3::Hash::from_bytes(rand::random()).to_hex().to_string();
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
        let listener = listener.map_err(|e| internal(&e))?;
        let address = listener.local_addr().map_err(|e| internal(&e))?;
        let url = format!("http://{address}/{token}");
        let served = Arc::new(Served { token, source, size_bytes });
        let app = Router::new().route("/{token}", get(send)).with_state(served);
        let serving = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
        Ok(Self { url, serving })
    }

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
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    if !bool::from(token.as_bytes().ct_eq(served.token.as_bytes())) {
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
    async fn stored_objects_support_ranges() {
        let store = hub_dataset::Store::memory();
        store.put("blobs/x", Bytes::from(vec![7; 3_000_000])).await.unwrap();
        let served = Loopback::serve(Source::Stored(store, "blobs/x".to_owned()), 3_000_000).await.unwrap();
        let request = reqwest::Client::new().get(served.url()).header("range", "bytes=2999990-");
        let part = request.send().await.unwrap();
        assert_eq!(part.headers()["content-range"], "bytes 2999990-2999999/3000000");
        assert_eq!(part.bytes().await.unwrap(), [7; 10][..]);
    }

    #[tokio::test]
    async fn the_url_supports_ranges_needs_its_token_and_ends() {
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
