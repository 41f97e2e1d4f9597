//! One request to a server, as it is built before it is sent.
//!
//! A request is a value: sending doesn't consume it, so each try builds it anew ([`Request::build`]). A body is
//! handed to the network in pieces, and the bytes that left are counted, so that a transfer that stands still can be
//! told from one that takes long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::stream;
use object_store::PutPayload;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Client, Method, RequestBuilder};
use serde::Serialize;
use url::Url;

use super::error::{Error, Result};

/// A body is passed to the network in pieces of this length, so that its progress can be observed.
const PIECE_BYTES: usize = 256 * 1024;

/// A request to a server, or to where a link leads.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Outgoing>,
    once: bool,
    retry_conflict: bool,
}

#[derive(Clone, Debug)]
struct Outgoing {
    payload: PutPayload,
    size_bytes: u64,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None, once: false, retry_conflict: false }
    }

    /// A `GET` request.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A `POST` request with a value as its JSON body.
    pub fn post(url: Url, value: &impl Serialize) -> Result<Self> {
        let json = serde_json::to_vec(value).map_err(|e| Error::strange(&url, e.to_string()))?;
        let call = Self::new(Method::POST, url).body(json.into());
        Ok(call.header(CONTENT_TYPE, HeaderValue::from_static("application/json")))
    }

    /// Sets the method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Sets the body.
    pub fn body(mut self, payload: PutPayload) -> Self {
        let size_bytes = payload.content_length() as u64;
        self.body = Some(Outgoing { payload, size_bytes });
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Marks a request that must not be retried once it may have reached the server.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Marks a request that is retried after 409 Conflict: an earlier try of it, given up here, may still be running
    /// on the server.
    pub fn retry_conflict(mut self) -> Self {
        self.retry_conflict = true;
        self
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub(super) fn verb(&self) -> &Method {
        &self.method
    }

    /// Whether it must not be retried once it may have reached the server.
    pub(super) fn is_once(&self) -> bool {
        self.once
    }

    /// Whether it is retried after 409 Conflict.
    pub(super) fn retries_conflict(&self) -> bool {
        self.retry_conflict
    }

    /// The length of its body.
    pub(super) fn body_bytes(&self) -> u64 {
        self.body.as_ref().map_or(0, |body| body.size_bytes)
    }

    /// The request for one try; `moved` counts the bytes of its body as the network takes them.
    pub(super) fn build(&self, client: &Client, moved: &Arc<AtomicU64>) -> RequestBuilder {
        let request = client.request(self.method.clone(), self.url.clone()).headers(self.headers.clone());
        match &self.body {
            Some(body) => request.header(CONTENT_LENGTH, body.size_bytes).body(body.pieces(moved)),
            None => request,
        }
    }
}

impl Outgoing {
    fn pieces(&self, moved: &Arc<AtomicU64>) -> Body {
        let mut pieces = Vec::new();
        for chunk in &self.payload {
            let starts = (0..chunk.len()).step_by(PIECE_BYTES);
            pieces.extend(starts.map(|at| chunk.slice(at..chunk.len().min(at + PIECE_BYTES))));
        }
        let moved = Arc::clone(moved);
        Body::wrap_stream(stream::iter(pieces.into_iter().map(move |piece| {
            moved.fetch_add(piece.len() as u64, Ordering::Relaxed);
            Ok::<Bytes, std::convert::Infallible>(piece)
        })))
    }
}
