//! A request's body as it arrives, with its limits: how long it may be, and how long it may be silent.
//!
//! A slow client is welcome, a silent one is not: a long push over a thin line takes hours and is fine, a client
//! that vanished must not hold what was opened for it.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::stream::{Stream, StreamExt, unfold};

use crate::problem::{Kind, Problem, Result};

/// The parts of a body; ends with a problem where a limit is passed or the client goes.
pub fn parts(
    body: Body,
    most_bytes: u64,
    idle: Duration,
) -> impl Stream<Item = Result<Bytes>> + Send + Unpin {
    let parts = body.into_data_stream();
    let read = move |(mut parts, seen): (axum::body::BodyDataStream, u64)| async move {
        let part = match tokio::time::timeout(idle, parts.next()).await {
            Ok(Some(Ok(part))) => part,
            Ok(Some(Err(error))) => {
                let problem = Problem::bad_request(format!("the body ended early: {error}"));
                return Some((Err(problem), (Body::empty().into_data_stream(), 0)));
            }
            Ok(None) => return None,
            Err(_) => {
                let detail = format!("no byte of the body came for {} seconds", idle.as_secs());
                let problem = Problem::new(Kind::Timeout, detail);
                return Some((Err(problem), (Body::empty().into_data_stream(), 0)));
            }
        };
        let seen = seen + part.len() as u64;
        if seen > most_bytes {
            return Some((Err(too_large(most_bytes)), (Body::empty().into_data_stream(), 0)));
        }
        Some((Ok(part), (parts, seen)))
    };
    Box::pin(unfold((parts, 0), read))
}

/// A whole body, for what is small.
pub async fn whole(body: Body, most_bytes: usize, idle: Duration) -> Result<Bytes> {
    let mut parts = parts(body, most_bytes as u64, idle);
    let mut whole = Vec::new();
    while let Some(part) = parts.next().await {
        whole.extend_from_slice(&part?);
    }
    Ok(whole.into())
}

/// Reads a body that nobody needs, so that the client hears the answer rather than a broken connection.
pub async fn drain(body: Body, most_bytes: u64, idle: Duration) {
    let mut parts = parts(body, most_bytes, idle);
    while let Some(Ok(_)) = parts.next().await {}
}

/// The body is too long.
pub fn too_large(most_bytes: u64) -> Problem {
    Problem::new(Kind::TooLarge, format!("at most {most_bytes} bytes are taken here"))
}
