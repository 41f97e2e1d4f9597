//! Preconditions and byte ranges of a request (RFC 9110).

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName, header};

/// What to answer to a request for bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    All,
    /// These bytes, within the object.
    Part(Range<u64>),
    /// `304`: the caller has this version.
    NotModified,
    /// `412`: it is not the version that `If-Match` names.
    Changed,
    /// `416`: the range is beyond the end.
    Outside,
}

/// Evaluates a request's headers for an object of `size_bytes` whose entity tag (with its quotes) is `etag`.
pub fn wanted(headers: &HeaderMap, size_bytes: u64, etag: Option<&str>) -> Wanted {
    if text(headers, header::IF_MATCH).is_some_and(|tags| !matches(tags, etag)) {
        return Wanted::Changed;
    }
    if text(headers, header::IF_NONE_MATCH).is_some_and(|tags| matches(tags, etag)) {
        return Wanted::NotModified;
    }
    let Some(range) = text(headers, header::RANGE) else { return Wanted::All };
    // The range was meant for another version: send all of this one.
    if text(headers, header::IF_RANGE).is_some_and(|tag| Some(tag) != etag) {
        return Wanted::All;
    }
    parse(range, size_bytes)
}

/// Several ranges, a unit that is not bytes, or invalid syntax are answered with all bytes, as the RFC allows.
fn parse(range: &str, size_bytes: u64) -> Wanted {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|r| r.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let (first, last) = (first.trim(), last.trim());
    if last.contains(',') {
        return Wanted::All;
    }
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().unwrap_or(u64::MAX));
    let range = match (first, last) {
        ("", "") => return Wanted::All,
        ("", count) => number(count).map(|count| size_bytes.saturating_sub(count)..size_bytes),
        (first, "") => number(first).map(|first| first..size_bytes),
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first > last => None,
            (Some(first), Some(last)) => Some(first..last.saturating_add(1).min(size_bytes)),
            _ => None,
        },
    };
    match range {
        None => Wanted::All,
        Some(range) if range.start >= range.end => Wanted::Outside,
        Some(range) => Wanted::Part(range),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a list of entity tags contains this one (`*` matches any).
pub fn matches(tags: &str, etag: Option<&str>) -> bool {
    let Some(etag) = etag else { return false };
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.trim() == "*" || tags.split(',').any(|tag| plain(tag) == plain(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_clamped_to_the_length() {
        let part = |r: Range<u64>| Wanted::Part(r);
        for (text, result) in [
            ("bytes=0-0", part(0..1)),
            ("bytes=2-", part(2..10)),
            ("bytes=-3", part(7..10)),
            ("bytes=-30", part(0..10)),
            ("bytes=5-999999999999999999999999", part(5..10)),
            ("bytes=10-", Wanted::Outside),
            ("bytes=-0", Wanted::Outside),
            ("bytes=3-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=-", Wanted::All),
            ("rows=0-1", Wanted::All),
        ] {
            assert_eq!(parse(text, 10), result, "{text}");
        }
        assert_eq!(parse("bytes=0-", 0), Wanted::Outside);
    }

    #[test]
    fn conditions_go_before_ranges() {
        let headers = |pairs: &[(HeaderName, &'static str)]| {
            pairs.iter().map(|(n, v)| (n.clone(), v.parse().unwrap())).collect::<HeaderMap>()
        };
        let etag = Some("\"a\"");
        let both = headers(&[(header::IF_NONE_MATCH, "\"b\", \"a\""), (header::RANGE, "bytes=0-1")]);
        assert_eq!(wanted(&both, 10, etag), Wanted::NotModified);
        let old = headers(&[(header::IF_RANGE, "\"b\""), (header::RANGE, "bytes=0-1")]);
        assert_eq!(wanted(&old, 10, etag), Wanted::All);
        assert_eq!(wanted(&headers(&[(header::IF_MATCH, "\"b\"")]), 10, etag), Wanted::Changed);
        assert_eq!(wanted(&headers(&[(header::IF_NONE_MATCH, "*")]), 10, None), Wanted::All);
    }
}
