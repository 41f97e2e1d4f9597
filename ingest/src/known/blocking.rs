//! Work that blocks (hashing, unpacking), seen from a task.

use std::io;
use std::path::Path;

use super::error::{FetchError, disk};
use super::progress::FetchProgress;

/// Runs blocking work on a thread of its own; its progress comes back through a channel, which also tells the
/// work to stop when the caller was dropped.
pub(super) async fn blocking<F>(progress: &dyn FetchProgress, work: F) -> Result<(), FetchError>
where
    F: FnOnce(&mut dyn FnMut(u64) -> io::Result<()>) -> Result<(), FetchError> + Send + 'static,
{
    let (tell, mut hear) = tokio::sync::mpsc::unbounded_channel();
    let task = tokio::task::spawn_blocking(move || {
        work(&mut |bytes| tell.send(bytes).map_err(|_| io::Error::other("the fetch was cancelled")))
    });
    while let Some(bytes) = hear.recv().await {
        progress.advance(bytes);
    }
    let ended = task.await.map_err(io::Error::other);
    disk("can't unpack into", Path::new("the cache"), ended)?
}
