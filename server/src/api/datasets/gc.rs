//! Garbage collection of a data set: deletes files that no commit references.
//!
//! It is the same as for a directory, run where the files are. It may take minutes, and proxies between client and server
//! may end silent connections; so after ten seconds the answer begins with blanks, which JSON allows. If it fails after
//! that, the connection is closed within the answer. It can be repeated at any time, and continues where an interrupted
//! one ended.

use std::time::Duration;

use axum::body::Body as AnswerBody;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use hub_dataset::Dataset;
use hub_schema::api::{Sweep, SweptView};
use serde_json::json;
use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::api::{Body, DatasetPath, record};
use crate::auth::{OpenDataset, Owned};
use crate::problem::{Problem, Result, chain, internal};
use crate::state::AppState;
use crate::work::jobs;

/// Time between blanks.
const BLANK_INTERVAL: Duration = Duration::from_secs(10);
/// Minimum grace time: pushes may run at any time, and reuse unreferenced files up to half this age.
const MIN_GRACE_SECS: u64 = Dataset::DEFAULT_GRACE.as_secs();

/// Delete files that no commit references
///
/// Such files are left by interrupted pushes, deleted branches and compaction. If it takes long, the answer begins with
/// blanks.
#[utoipa::path(
    post,
    path = "/api/v1/datasets/{ns}/{name}/gc",
    tag = "data sets",
    params(DatasetPath),
    request_body = Sweep,
    responses((status = 200, description = "What was deleted, or would be with `dry_run`", body = SweptView))
)]
pub async fn gc(
    State(state): State<AppState>,
    Owned(set): Owned,
    Body(sweep): Body<Sweep>,
) -> Result<Response> {
    let grace_secs = sweep.grace_secs.unwrap_or(MIN_GRACE_SECS);
    if grace_secs < MIN_GRACE_SECS && !sweep.dry_run {
        return Err(Problem::invalid(format!(
            "grace_secs is {grace_secs}; expected {MIN_GRACE_SECS} (a day) or more, since pushes may be running"
        )));
    }
    let work = async move { sweep_now(&state, &set, Duration::from_secs(grace_secs), sweep.dry_run).await };
    // A task of its own, so that it isn't cancelled when the client disconnects.
    let mut work = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(BLANK_INTERVAL, &mut work).await {
        Ok(done) => Ok(axum::Json(done.map_err(|e| internal(&e))??).into_response()),
        Err(_) => Ok(blanks_until(work, BLANK_INTERVAL)),
    }
}

async fn sweep_now(state: &AppState, set: &OpenDataset, grace: Duration, dry_run: bool) -> Result<SweptView> {
    // A commit that was claimed but not yet written references files too.
    jobs::finish_claims(state).await?;
    let swept = set.dataset.gc(grace, dry_run).await?;
    if !dry_run {
        state.files.close_all();
        let detail = json!({ "files": swept.files, "bytes": swept.bytes, "grace_secs": grace.as_secs() });
        record::audit(state, set, "dataset.gc", detail).await;
    }
    Ok(SweptView {
        files: swept.files,
        bytes: swept.bytes,
        young_files: swept.young_files,
        young_bytes: swept.young_bytes,
    })
}

/// An answer that has begun: blanks until the work ends, and then its result.
fn blanks_until(work: JoinHandle<Result<SweptView>>, every: Duration) -> Response {
    let parts = stream::unfold(Some(work), move |work| async move {
        let mut work = work?;
        let done = match tokio::time::timeout(every, &mut work).await {
            Err(_) => return Some((Ok(Bytes::from_static(b" ")), Some(work))),
            Ok(done) => done.map_err(|e| internal(&e)).and_then(|done| done),
        };
        let json = done.and_then(|swept| serde_json::to_vec(&swept).map_err(|e| internal(&e)));
        let part = json.map(Bytes::from).map_err(|problem| {
            tracing::warn!(error = chain(&problem), "a garbage collection failed after its answer had begun");
            std::io::Error::other("the garbage collection failed")
        });
        Some((part, None))
    });
    let first = stream::once(async { Ok(Bytes::from_static(b" ")) });
    let body = AnswerBody::from_stream(first.chain(parts));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn late(done: Result<SweptView>) -> Option<String> {
        let work = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(150)).await;
            done
        });
        let body = blanks_until(work, Duration::from_millis(30)).into_body();
        let bytes = axum::body::to_bytes(body, 1000).await.ok()?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_long_collection_sends_blanks() {
        let text = late(Ok(SweptView { files: 3, ..SweptView::default() })).await.unwrap();
        assert!(text.starts_with("   "), "{text}");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["files"], 3);
        // Closed early, so that it isn't taken for success.
        assert_eq!(late(Err(Problem::invalid("no"))).await, None);
    }
}
