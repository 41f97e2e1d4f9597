//! Objects of a data set on a server: opened, looked at, listed, written.
//!
//! A file that a plan has a link to is read from there; everything else is asked for with the token.

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

/// A page of a listing is no longer than this.
const PAGE_BYTES: usize = 32 * 1024 * 1024;
/// Objects on a page.
const PAGE_OBJECTS: usize = 10_000;
/// An answer to a write is no longer than this.
const ANSWER_BYTES: usize = 64 * 1024;
/// What is not named by its hash is no longer than this.
const SMALL_BYTES: u64 = 64 * 1024 * 1024;
/// A manifest is no longer than this.
const MANIFEST_BYTES: u64 = 1024 * 1024 * 1024;
/// No more is read into memory at once.
const RANGE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Objects of a data set on a server.
#[derive(Debug)]
pub struct Objects {
    /// The way there.
    pub connection: Connection,
    /// The data set.
    pub name: DatasetName,
    /// Links to what is being read.
    pub links: Links,
}

/// An object whose bytes begin to come.
#[derive(Debug)]
pub struct Opened {
    /// The bytes.
    pub response: Response,
    /// Where they were asked for.
    pub url: Url,
    /// Which ones.
    pub range: Range<u64>,
    /// The object's length.
    pub total: u64,
    /// The object's tag.
    pub etag: Option<String>,
}

/// What is known of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Its path below the data set's root.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
    /// When it was written.
    pub modified: DateTime<Utc>,
    /// Its tag.
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
    /// The address of an object.
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

    /// Opens it where a link leads; `None` if that is nowhere, so that the server is to be asked.
    async fn linked(&self, path: &str, range: Option<&GetRange>, link: Link) -> Result<Option<Opened>> {
        let network = self.connection.network();
        let beyond = self.connection.elsewhere(&link.url);
        if beyond.as_deref().is_some_and(|place| network.place(place) == Place::Lost) {
            return Ok(None);
        }
        let mut link = link;
        let mut opened = self.through(path, range, &link).await;
        if opened.as_ref().is_err_and(is_refused) {
            // Run out, most likely.
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
        // Who never answered before may be anybody; of a file that is cut short its own checks speak more plainly.
        let place = self.connection.elsewhere(&link.url).map(|place| self.connection.network().place(&place));
        let planned = link.size_bytes;
        if planned != opened.total && place.is_some_and(|place| place != Place::Good) {
            let problem = format!("{path}: its length is {} bytes, the plan says {planned}", opened.total);
            return Err(Error::strange(&link.url, problem));
        }
        Ok(opened)
    }

    /// Looks at an object.
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
            // A server that doesn't tell sweeps nothing.
            modified: modified.map_or_else(Utc::now, |date| date.with_timezone(&Utc)),
            etag: header(&response, ETAG).map(str::to_owned),
        })
    }

    /// A page of the objects below a folder that come behind `after`, and what to give as `after` for the next.
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
        // A page that ends where it began would never end.
        if page.next.as_deref().is_some_and(|next| after.is_some_and(|after| next <= after)) {
            return Err(Error::strange(
                &url,
                "the cursor of the next page doesn't come after that of this page",
            ));
        }
        Ok((page.objects.into_iter().map(Into::into).collect(), page.next))
    }

    /// Writes an object; only if there is none, where `create` is set. False if it was there.
    pub async fn put(&self, path: &str, payload: PutPayload, create: bool) -> Result<bool> {
        let mut call = Request::new(Method::PUT, self.url(path))
            .body(payload)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        if create {
            call = call.header(IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        let stored: Stored = self.connection.json(&call, ANSWER_BYTES).await?;
        Ok(stored.stored)
    }

    /// Removes an object; the server lets go of tags only.
    pub async fn delete(&self, path: &str) -> Result<()> {
        let call = Request::new(Method::DELETE, self.url(path));
        self.connection.send(&call).await.map(drop)
    }
}

/// Is it the link that is wrong?
fn is_refused(error: &Error) -> bool {
    error.status().is_some_and(|status| matches!(status.as_u16(), 400 | 401 | 403 | 404 | 410))
}

/// Is it a place that can't be used from here, or not now?
fn is_lost(error: &Error, place: Place) -> bool {
    // A bucket that answered may miss a file, or have a strange one. A stranger who answers in its place, such as a
    // portal that wants a login, says nothing about the files.
    match error {
        Error::Strange { .. } => place != Place::Good,
        _ if error.is(StatusCode::NOT_FOUND) => place != Place::Good,
        _ => is_refused(error) || is_redirect(error) || error.is_passing(),
    }
}

/// Does the link go round?
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

/// Checks that what comes is what was asked for.
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

/// `bytes 0-9/100`.
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
