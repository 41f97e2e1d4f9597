//! Compresses JSON and text. Media are compressed already, and their byte ranges must not change.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::CompressionLayer;

/// Shorter answers are not compressed.
const MIN_BYTES: u64 = 1024;

/// Decides from an answer's head whether to compress it.
type Judge = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer: gzip and zstd, for JSON and text.
pub fn layer() -> CompressionLayer<Judge> {
    let worth: Judge = is_worth_it;
    CompressionLayer::new().gzip(true).zstd(true).compress_when(worth)
}

fn is_worth_it(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let media_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let is_text = media_type.ends_with("json") || media_type.starts_with("text/");
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    is_text
        && !headers.contains_key(header::CONTENT_RANGE)
        && !headers.contains_key(header::ACCEPT_RANGES)
        && length.is_none_or(|bytes| bytes >= MIN_BYTES)
}
