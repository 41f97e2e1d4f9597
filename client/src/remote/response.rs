//! Reading a response: its headers, its body piece by piece, and the problem document of an error.

use std::time::Duration;

use bytes::Bytes;
use hub_schema::api::Problem;
use reqwest::header::{CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response};
use url::Url;

use super::error::{Error, Result, server_of, shown_problem};
use super::recipient::Recipient;
use super::request::Request;

/// The longest problem document that is read.
pub const PROBLEM_BYTES: usize = 64 * 1024;

/// A header's text; `None` if it is missing or not ASCII.
pub fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// The next bytes of a body; an error if none come within `idle`.
pub async fn next_chunk(url: &Url, response: &mut Response, idle: Duration) -> Result<Option<Bytes>> {
    match tokio::time::timeout(idle, response.chunk()).await {
        Ok(chunk) => chunk.map_err(|e| Error::unreachable(url, e)),
        Err(_) => Err(Error::Silent { server: server_of(url), secs: idle.as_secs() }),
    }
}

/// A body of at most `most` bytes.
pub async fn bounded(url: &Url, mut response: Response, idle: Duration, most: usize) -> Result<Bytes> {
    let mut body = Vec::new();
    while let Some(chunk) = next_chunk(url, &mut response, idle).await? {
        if body.len() + chunk.len() > most {
            return Err(Error::strange(url, format!("the response is longer than {most} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// The error for a response whose status is not a success.
pub async fn refusal(
    request: &Request,
    response: Response,
    recipient: Recipient,
    idle: Duration,
    with_token: bool,
) -> Error {
    let (url, status) = (request.url(), response.status());
    if status.is_redirection() {
        let to = header(&response, LOCATION).unwrap_or("no Location");
        return Error::strange(url, format!("it redirects elsewhere ({to}); use that server's own address"));
    }
    let retry_after = header(&response, RETRY_AFTER).and_then(|secs| secs.trim().parse().ok());
    let is_json = header(&response, CONTENT_TYPE).is_some_and(|kind| kind.contains("json"));
    let has_body = request.verb() != Method::HEAD;
    let mut problem = Problem::default();
    if has_body {
        // Without a readable body the status alone is reported.
        let body = bounded(url, response, idle, PROBLEM_BYTES).await.unwrap_or_default();
        if is_json {
            problem = shown_problem(serde_json::from_slice(&body).unwrap_or_default());
        }
    }
    // Every error of a hub is a problem document; a response to HEAD has no body to tell by.
    let is_no_route = matches!(status.as_u16(), 404 | 405 | 501) && !is_json;
    if is_no_route && recipient == Recipient::Server && has_body {
        return Error::no_hub(url, status);
    }
    if problem.title.is_empty() && problem.detail.is_empty() {
        problem.title = status.to_string();
    }
    if problem.kind.is_empty() && is_json {
        problem.kind = "about:blank".to_owned();
    }
    Error::Refused {
        server: server_of(url),
        status,
        problem: Box::new(problem),
        retry_after: retry_after.map(Duration::from_secs),
        with_token,
    }
}
