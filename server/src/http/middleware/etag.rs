//! Entity tags of JSON answers: the hash of the body, so that a page that repeats a request gets `304 Not Modified`
//! if nothing has changed.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::store::object::range::matches;

/// Longer answers get no tag: they would have to be held in memory.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// Tags answers to `GET` that are JSON of a known length.
pub async fn etag(request: Request, next: Next) -> Response {
    let is_get = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = media_type.is_some_and(|value| value == "application/json");
    let length = response.body().size_hint().exact();
    let tagged = response.headers().contains_key(header::ETAG);
    if !is_get || !is_json || tagged || response.status() != StatusCode::OK {
        return response;
    }
    if length.is_none_or(|length| length > MAX_BYTES) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BYTES as usize).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // Weak, because the body may be compressed afterwards.
    let etag = format!("W/\"{}\"", &blake3::hash(&bytes).to_hex()[..32]);
    let same = known.and_then(|value| value.to_str().map(|tags| matches(tags, Some(&etag))).ok());
    if let Ok(value) = HeaderValue::from_str(&etag) {
        parts.headers.insert(header::ETAG, value);
    }
    let keep = HeaderValue::from_static("private, no-cache");
    parts.headers.entry(header::CACHE_CONTROL).or_insert(keep);
    if same == Some(true) {
        parts.status = StatusCode::NOT_MODIFIED;
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
            parts.headers.remove(name);
        }
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}
