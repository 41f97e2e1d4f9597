//! Objects of a data set on a server: read, checked, listed, written.
//!
//! A file that a plan has a link to is read from there; everything else is requested from the server with the token.

use chrono::{DateTime, Utc};
use hub_schema::api::{ListedObject, ObjectList, Stored};
use hub_schema::{ContentHash, DatasetName};
use object_store::{GetRange, PutPayload};
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, LAST_MODIFIED, RANGE,
};
use reqwest::{Method, Response, StatusCode};
use std::ops::Range;
use url::Url;

use super::connection::Connection;
use super::error::{Error, Result};
use super::links::{Link, Links};
use super::origins::Place;
use super::request::Request;
use super::response::header;

/// The longest page of a listing that is read.
const PAGE_BYTES: usize = 32 * 1024 * 1024;
/// Objects that are requested a page.
const PAGE_OBJECTS: usize = 10_000;
/// The longest response to a write that is read.
const ANSWER_BYTES: usize = 64 * 1024;
/// The longest object that is read whole and is not named by its hash.
const SMALL_BYTES: u64 = 64 * 1024 * 1024;
/// The longest manifest that is read.
const MANIFEST_BYTES: u64 = 1024 * 1024 * 1024;
/// The longest range of an object that is read.
const RANGE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Objects of a data set on a server.
#[derive(Debug)]
pub struct Objects {
    pub connection: Connection,
    pub name: DatasetName,
    /// Links to the files of the scans that are being read.
    pub links: Links,
}

/// An object whose response has begun.
#[derive(Debug)]
pub struct Opened {
    pub response: Response,
    /// The URL that was requested.
    pub url: Url,
    /// The range of the response's bytes in the object.
    pub range: Range<u64>,
    /// The whole object's length in bytes.
    pub total: u64,
    /// The object's entity tag.
    pub etag: Option<String>,
}

/// An object's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Its path below the data set's root.
    pub path: String,
    pub size_bytes: u64,
    /// When it was written; the current time where the server doesn't report it.
    pub modified: DateTime<Utc>,
    /// Its entity tag.
    pub etag: Option<String>,
}

impl From<ListedObject> for Meta {
    fn from(listed: ListedObject) -> Self {
        let ListedObject { path, size_bytes, modified } = listed;
        Self { path, size_bytes, modified, etag: None }
    }
}

/// The hash in an object's name.
pub fn hash_of(path: &str) -> Option<ContentHash> {
    let name = match path.split_once('/')? {
        ("data", name) => name.strip_suffix(".parquet")?,
        ("blobs" | "manifests", name) => name,
        _ => return None,
    };
    name.parse().ok()
}

impl Objects {
    /// The URL of an object on the server.
    pub fn url(&self, path: &str) -> Url {
        self.connection.address().dataset(&self.name, &format!("objects/{path}"))
    }

    /// Opens an object, or a part of it.
    pub async fn open(&self, path: &str, range: Option<&GetRange>) -> Result<Opened> {
        if let Some(link) = self.links.link(path).await
            && let Some(opened) = self.linked(path, range, link).await?
        {
            return Ok(opened);
        }
        let call = with_range(Request::get(self.url(path)), range);
        let response = self.connection.send(&call).await?;
        opened(call.url(), path, range, response)
    }

    /// Opens it by its link; `None` if the link can't be used, so that the server must be requested.
    async fn linked(&self, path: &str, range: Option<&GetRange>, link: Link) -> Result<Option<Opened>> {
        let network = self.connection.network();
        let beyond = self.connection.elsewhere(&link.url);
        if beyond.as_deref().is_some_and(|place| network.place(place) == Place::Lost) {
            return Ok(None);
        }
        let mut link = link;
        let mut opened = self.through(path, range, &link).await;
        if opened.as_ref().is_err_and(is_refused) {
            // Most likely the link has expired.
            match self.links.renew(path, &link).await {
                None => self.links.give_up(&link),
                Some(fresh) => {
                    link = fresh;
                    opened = self.through(path, range, &link).await;
                }
            }
        }
        match (opened, beyond) {
            (Ok(opened), beyond) => {
                beyond.iter().for_each(|place| network.place_answered(place));
                Ok(Some(opened))
            }
            (Err(error), Some(place)) if is_lost(&error, network.place(&place)) => {
                network.place_lost(&place, &error, &self.connection.address().to_string());
                Ok(None)
            }
            (Err(error), _) if is_refused(&error) || is_redirect(&error) => {
                self.links.give_up(&link);
                Ok(None)
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn through(&self, path: &str, range: Option<&GetRange>, link: &Link) -> Result<Opened> {
        let call = with_range(Request::get(link.url.clone()), range);
        let response = self.connection.follow(&call).await?;
        let opened = opened(call.url(), path, range, response)?;
        // A place that never responded before may not be the bucket at all. For one that did, a truncated file is left
        // to the file's own checks, whose errors are clearer.
        let place = self.connection.elsewhere(&link.url).map(|place| self.connection.network().place(&place));
        let planned = link.size_bytes;
        if planned != opened.total && place.is_some_and(|place| place != Place::Good) {
            let problem = format!("{path}: its length is {} bytes, the plan says {planned}", opened.total);
            return Err(Error::strange(&link.url, problem));
        }
        Ok(opened)
    }

    /// Requests an object's metadata.
    pub async fn head(&self, path: &str) -> Result<Meta> {
        let call = Request::new(Method::HEAD, self.url(path));
        let response = self.connection.send(&call).await?;
        let length = header(&response, CONTENT_LENGTH).and_then(|text| text.parse().ok());
        let modified =
            header(&response, LAST_MODIFIED).and_then(|text| DateTime::parse_from_rfc2822(text).ok());
        Ok(Meta {
            path: path.to_owned(),
            size_bytes: length
                .ok_or_else(|| Error::strange(call.url(), "the response to HEAD has no Content-Length"))?,
            // A server that reports no time doesn't sweep objects, so any recent time is right.
            modified: modified.map_or_else(Utc::now, |date| date.with_timezone(&Utc)),
            etag: header(&response, ETAG).map(str::to_owned),
        })
    }

    /// A page of the objects below a folder that come after `after`, in the order of their paths, and the `after` of
    /// the next page.
    pub async fn list(&self, folder: &str, after: Option<&str>) -> Result<(Vec<Meta>, Option<String>)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut url = self.connection.address().dataset(&self.name, "objects");
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("prefix", &prefix).append_pair("limit", &PAGE_OBJECTS.to_string());
            if let Some(after) = after {
                query.append_pair("after", after);
            }
        }
        let page: ObjectList = self.connection.json(&Request::get(url.clone()), PAGE_BYTES).await?;
        let mut last = after;
        for object in &page.objects {
            if !object.path.starts_with(&prefix) {
                return Err(Error::strange(&url, format!("'{}' is listed in '{prefix}'", object.path)));
            }
            if last.is_some_and(|last| object.path.as_str() <= last) {
                return Err(Error::strange(&url, format!("'{}' is listed out of order", object.path)));
            }
            last = Some(&object.path);
        }
        // A cursor that doesn't advance would list the same page for ever.
        if page.next.as_deref().is_some_and(|next| after.is_some_and(|after| next <= after)) {
            return Err(Error::strange(
                &url,
                "the cursor of the next page doesn't come after that of this page",
            ));
        }
        Ok((page.objects.into_iter().map(Into::into).collect(), page.next))
    }

    /// Writes an object; with `create`, only if there is none. False if the server had it already. With `import`, a commit,
    /// tag or view keeps its author, which needs an owner of the namespace.
    pub async fn put(&self, path: &str, payload: PutPayload, create: bool, import: bool) -> Result<bool> {
        let mut url = self.url(path);
        if import {
            url.query_pairs_mut().append_pair("import", "true");
        }
        let mut call = Request::new(Method::PUT, url)
            .body(payload)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        if create {
            call = call.header(IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        let stored: Stored = self.connection.json(&call, ANSWER_BYTES).await?;
        Ok(stored.stored)
    }

    /// Removes an object; a server permits this for tags only.
    pub async fn delete(&self, path: &str) -> Result<()> {
        let call = Request::new(Method::DELETE, self.url(path));
        self.connection.send(&call).await.map(drop)
    }
}

/// Whether the link was refused: expired, with a wrong signature, or to a missing file.
fn is_refused(error: &Error) -> bool {
    error.status().is_some_and(|status| matches!(status.as_u16(), 400 | 401 | 403 | 404 | 410))
}

/// Whether the place that a link leads to can't be used, from here or at present.
fn is_lost(error: &Error, place: Place) -> bool {
    // A bucket that responded before may lack a file, or have a damaged one. A place that never did may be something
    // else, such as a network's login page, whose responses say nothing about the files.
    match error {
        Error::Strange { .. } => place != Place::Good,
        _ if error.is(StatusCode::NOT_FOUND) => place != Place::Good,
        _ => is_refused(error) || is_redirect(error) || error.is_passing(),
    }
}

/// Whether the link redirects in a circle or too often.
fn is_redirect(error: &Error) -> bool {
    matches!(error, Error::Unreachable { error, .. } if error.is_redirect())
}

fn with_range(call: Request, range: Option<&GetRange>) -> Request {
    let text = match range {
        None => return call,
        Some(GetRange::Bounded(range)) => format!("bytes={}-{}", range.start, range.end.saturating_sub(1)),
        Some(GetRange::Offset(start)) => format!("bytes={start}-"),
        Some(GetRange::Suffix(length)) => format!("bytes=-{length}"),
    };
    match HeaderValue::try_from(text) {
        Ok(value) => call.header(RANGE, value),
        Err(_) => call,
    }
}

/// Checks that the response is the requested range of the object, within the limits.
fn opened(url: &Url, path: &str, range: Option<&GetRange>, response: Response) -> Result<Opened> {
    let strange = |problem: String| Error::strange(url, format!("{path}: {problem}"));
    let length: u64 = header(&response, CONTENT_LENGTH)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| strange("the response has no Content-Length".to_owned()))?;
    let etag = header(&response, ETAG).map(str::to_owned);
    let (found, total) = match (range, response.status()) {
        (None, StatusCode::OK) => (0..length, length),
        (Some(_), StatusCode::PARTIAL_CONTENT) => {
            let text = header(&response, CONTENT_RANGE).unwrap_or_default();
            content_range(text).ok_or_else(|| strange(format!("invalid Content-Range '{text}'")))?
        }
        (Some(_), StatusCode::OK) => {
            return Err(strange("a byte range was requested, the whole object came".to_owned()));
        }
        (_, status) => return Err(strange(format!("status {status}"))),
    };
    let fits = match range {
        None => true,
        Some(GetRange::Bounded(wanted)) => found.start == wanted.start && found.end == wanted.end.min(total),
        Some(GetRange::Offset(start)) => found.start == *start && found.end == total,
        Some(GetRange::Suffix(length)) => found.end == total && found.start == total.saturating_sub(*length),
    };
    if !fits || length != found.end - found.start {
        let problem = format!(
            "requested was {range:?}, the response has {length} bytes, from {} to {} of {total}",
            found.start, found.end
        );
        return Err(strange(problem));
    }
    let most = match (range, path.split('/').next()) {
        (None, Some("data" | "blobs")) => u64::MAX,
        (None, Some("manifests")) => MANIFEST_BYTES,
        (None, _) => SMALL_BYTES,
        (Some(_), _) => RANGE_BYTES,
    };
    if length > most {
        return Err(strange(format!("{length} bytes are more than the limit of {most}")));
    }
    Ok(Opened { response, url: url.clone(), range: found, total, etag })
}

/// Parses a `Content-Range` such as `bytes 0-9/100`: the range and the object's length; `None` if it is invalid.
fn content_range(text: &str) -> Option<(Range<u64>, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, total): (u64, u64, u64) =
        (first.parse().ok()?, last.parse().ok()?, total.parse().ok()?);
    let end = last.checked_add(1)?;
    (first < end && end <= total).then_some((first..end, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_make_sense_or_are_refused() {
        assert_eq!(content_range("bytes 0-9/100"), Some((0..10, 100)));
        for bad in [
            "",
            "bytes 9-0/100",
            "bytes 0-100/100",
            "bytes */100",
            "0-9/100",
            "bytes 0-18446744073709551615/1",
        ] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }

    #[test]
    fn hashes_are_found_in_names() {
        let hash = "ab".repeat(32);
        assert!(hash_of(&format!("data/{hash}.parquet")).is_some());
        assert!(hash_of(&format!("blobs/{hash}")).is_some());
        assert_eq!(hash_of(&format!("data/{hash}")), None);
        assert_eq!(hash_of("refs/main/00000000000000000001.json"), None);
    }
}
