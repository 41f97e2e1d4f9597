//! New commits, as server-sent events.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use tokio::time::Instant;

use crate::api::DatasetPath;
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::events::NewCommits;

/// A stream ends after this time, and a browser begins another; so none outlives a session or a server for long.
const MAX_TIME: Duration = Duration::from_secs(600);

/// Wait for commits
///
/// A stream of server-sent events: `commit` with a commit as JSON, as in a list of commits, when a branch gets a new one. A
/// browser's `EventSource` reads it. The stream ends after ten minutes, and when the caller may not read the data set any
/// more.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/events",
    tag = "revisions",
    params(DatasetPath),
    responses((status = 200, description = "The events", content_type = "text/event-stream", body = String))
)]
pub async fn events(State(state): State<AppState>, Readable(set): Readable) -> Result<Response> {
    let place = state.event_streams.take(&set.requester(), 1)?;
    let commits = NewCommits::listen(state.clone(), set).await?;
    let end = Instant::now() + MAX_TIME;
    // A first comment, so that the answer begins at once.
    let first = Bytes::from_static(b": waiting for commits\n\n");
    let begun = (Some(first), commits, place);
    let events = stream::unfold(Some(begun), move |begun| async move {
        let (first, mut commits, place) = begun?;
        if let Some(first) = first {
            return Some((Ok::<_, Problem>(first), Some((None, commits, place))));
        }
        let next = tokio::time::timeout_at(end, commits.next()).await;
        let moved = next.ok()?.ok()?;
        let mut text = String::new();
        for commit in moved {
            let json = serde_json::to_string(&commit).ok()?;
            text.push_str(&format!(
                "event: commit\nid: {}:{}\ndata: {json}\n\n",
                commit.branch, commit.version
            ));
        }
        if text.is_empty() {
            // Shows proxies, and this server, that both ends are still there.
            text.push_str(": none yet\n\n");
        }
        Some((Ok(Bytes::from(text)), Some((None, commits, place))))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that collects the answer before it sends it would keep the events.
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}
