//! One try of a request: sent, watched while bytes move, answered or refused.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response};

use super::credentials::Token;
use super::error::{Error, Result, server_of};
use super::patience::Patience;
use super::recipient::Recipient;
use super::request::Request;
use super::response::refusal;

/// How an answer came about.
#[derive(Debug)]
pub struct Tried {
    /// The answer; an error for everything but a success.
    pub answer: Result<Response>,
    /// Did anybody answer at all?
    pub answered: bool,
}

/// Sends a request once; the token goes along only to the server itself.
pub async fn send(
    request: &Request,
    client: &Client,
    recipient: Recipient,
    token: Option<&Token>,
    patience: &Patience,
) -> Tried {
    let token = token.filter(|_| recipient == Recipient::Server);
    match response(request, client, recipient, token, patience).await {
        Ok(response) if response.status().is_success() => Tried { answer: Ok(response), answered: true },
        Ok(response) => {
            let error = refusal(request, response, recipient, patience.idle, token.is_some()).await;
            Tried { answer: Err(error), answered: true }
        }
        Err(error) => Tried { answer: Err(error), answered: false },
    }
}

async fn response(
    request: &Request,
    client: &Client,
    recipient: Recipient,
    token: Option<&Token>,
    patience: &Patience,
) -> Result<Response> {
    let moved = Arc::new(AtomicU64::new(0));
    let mut built = request.build(client, &moved);
    if let Some(token) = token {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.reveal())).map_err(|_| {
            Error::strange(request.url(), "the token has characters that a header can't hold")
        })?;
        value.set_sensitive(true);
        built = built.header(AUTHORIZATION, value);
    }
    let (idle, answer) = (patience.idle, recipient.answer(request.verb(), patience));
    let limit = |moved| if moved < request.body_bytes() { idle } else { answer };
    let sent = watched(built.send(), &moved, limit).await;
    let sent = sent.map_err(|secs| Error::Silent { server: server_of(request.url()), secs })?;
    sent.map_err(|e| Error::unreachable(request.url(), e))
}

/// Waits for `work` as long as `moved` grows within `patience(moved)`; the seconds of silence otherwise.
async fn watched<T>(
    work: impl Future<Output = T>,
    moved: &AtomicU64,
    patience: impl Fn(u64) -> Duration,
) -> std::result::Result<T, u64> {
    let mut work = std::pin::pin!(work);
    loop {
        let before = moved.load(Ordering::Relaxed);
        let limit = patience(before);
        match tokio::time::timeout(limit, work.as_mut()).await {
            Ok(done) => return Ok(done),
            Err(_) if moved.load(Ordering::Relaxed) == before => return Err(limit.as_secs()),
            Err(_) => {}
        }
    }
}
