//! Reads a request's body, with limits of length and of time between bytes.
//!
//! There is no limit of total time: a large push over a slow connection may take hours. But a client that disappeared
//! must not hold the resources of its request.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::stream::{Stream, StreamExt, unfold};

use crate::problem::{Kind, Problem, Result};

/// The chunks of a body; ends with a problem if a limit is exceeded or the client disconnects.
pub fn parts(body: Body, max_bytes: u64, idle: Duration) -> impl Stream<Item = Result<Bytes>> + Send + Unpin {
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
                let detail = format!("no byte of the body was received for {} seconds", idle.as_secs());
                let problem = Problem::new(Kind::Timeout, detail);
                return Some((Err(problem), (Body::empty().into_data_stream(), 0)));
            }
        };
        let seen = seen + part.len() as u64;
        if seen > max_bytes {
            return Some((Err(too_large(max_bytes)), (Body::empty().into_data_stream(), 0)));
        }
        Some((Ok(part), (parts, seen)))
    };
    Box::pin(unfold((parts, 0), read))
}

/// Reads a whole body into memory, for small ones.
pub async fn whole(body: Body, max_bytes: usize, idle: Duration) -> Result<Bytes> {
    let mut parts = parts(body, max_bytes as u64, idle);
    let mut whole = Vec::new();
    while let Some(part) = parts.next().await {
        whole.extend_from_slice(&part?);
    }
    Ok(whole.into())
}

/// Reads and drops a body that isn't needed: many clients read the answer only after sending all of it.
pub async fn drain(body: Body, max_bytes: u64, idle: Duration) {
    let mut parts = parts(body, max_bytes, idle);
    while let Some(Ok(_)) = parts.next().await {}
}

pub fn too_large(max_bytes: u64) -> Problem {
    Problem::new(Kind::TooLarge, format!("the body is too long; expected at most {max_bytes} bytes"))
}
