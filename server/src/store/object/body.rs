//! Reads a request's body, with limits of length, of time between bytes, and of pace.
//!
//! There is no limit of total time: a large push over a slow connection may take hours. But a client that disappeared,
//! or that sends a byte now and then, must not hold the resources of its request.

use std::time::Duration;

use axum::body::Body;
use axum::http::Extensions;
use bytes::Bytes;
use futures::stream::{Stream, StreamExt, unfold};
use tokio::time::Instant;

use crate::problem::{Kind, Problem, Result};
use crate::work::turn::without_turn;

/// The least bytes per second of a body, on average over each `idle` time.
const MIN_BYTES_PER_SEC: u64 = 1024;

/// A body that is being received.
struct Receiving {
    parts: axum::body::BodyDataStream,
    seen: u64,
    last: Instant,
    /// When the pace was last checked, and the bytes since.
    checked: Instant,
    since: u64,
}

impl Receiving {
    fn new(body: Body) -> Self {
        let now = Instant::now();
        Self { parts: body.into_data_stream(), seen: 0, last: now, checked: now, since: 0 }
    }

    /// The next chunk; `None` at the end.
    async fn next(&mut self, idle: Duration) -> Result<Option<Bytes>> {
        loop {
            let limit = (self.last + idle).min(self.checked + idle);
            match tokio::time::timeout_at(limit, self.parts.next()).await {
                Ok(Some(Ok(part))) => {
                    self.last = Instant::now();
                    self.since += part.len() as u64;
                    self.seen += part.len() as u64;
                    self.check_pace(idle)?;
                    return Ok(Some(part));
                }
                Ok(Some(Err(error))) => {
                    return Err(Problem::bad_request(format!("the body ended early: {error}")));
                }
                Ok(None) => return Ok(None),
                Err(_) if self.last + idle <= Instant::now() => {
                    let detail = format!("no byte of the body was received for {} seconds", idle.as_secs());
                    return Err(Problem::new(Kind::Timeout, detail));
                }
                Err(_) => self.check_pace(idle)?,
            }
        }
    }

    fn check_pace(&mut self, idle: Duration) -> Result<()> {
        if self.checked.elapsed() < idle {
            return Ok(());
        }
        let least = MIN_BYTES_PER_SEC.saturating_mul(idle.as_secs());
        if self.since < least {
            let detail = format!(
                "the body is received too slowly: {} bytes in {} seconds; expected at least {least}",
                self.since,
                idle.as_secs()
            );
            return Err(Problem::new(Kind::Timeout, detail));
        }
        (self.checked, self.since) = (Instant::now(), 0);
        Ok(())
    }
}

/// The chunks of a body; ends with a problem if a limit is exceeded or the client disconnects.
pub fn parts(body: Body, max_bytes: u64, idle: Duration) -> impl Stream<Item = Result<Bytes>> + Send + Unpin {
    let read = move |receiving: Option<Receiving>| async move {
        let mut receiving = receiving?;
        match receiving.next(idle).await {
            Ok(Some(_)) if receiving.seen > max_bytes => Some((Err(too_large(max_bytes)), None)),
            Ok(Some(part)) => Some((Ok(part), Some(receiving))),
            Ok(None) => None,
            Err(problem) => Some((Err(problem), None)),
        }
    };
    Box::pin(unfold(Some(Receiving::new(body)), read))
}

/// Reads a whole body into memory, for small ones, without holding the request's turn meanwhile.
pub async fn small(extensions: &Extensions, body: Body, max_bytes: usize, idle: Duration) -> Result<Bytes> {
    without_turn(extensions, whole(body, max_bytes, idle)).await
}

/// Reads a whole body into memory.
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
