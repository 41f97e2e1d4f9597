//! One try of a request: it is sent, and given up when no bytes move for too long.

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

/// The result of one try.
#[derive(Debug)]
pub struct Tried {
    /// The response; an error for every status but a success.
    pub answer: Result<Response>,
    /// Whether there was any response.
    pub answered: bool,
}

/// Sends a request once; the token is sent only to the server itself.
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

/// Waits for `work` as long as `moved` grows within `patience(moved)`.
///
/// # Errors
/// The time limit that ran out, in seconds.
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
