//! Work that goes on when its client disconnects.

use std::future::Future;

use tracing::Instrument;

use crate::problem::{Result, internal};

/// Runs `work` as a task of its own, which isn't cancelled with the request: a change that has begun is not left half-done
/// because its client has gone.
pub async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(work.in_current_span()).await.map_err(|e| internal(&e))?
}
