//! A thread of its own for work that blocks, whose end can be awaited.
//!
//! A task of the runtime's blocking pool would do where the pool has room, but work that waits for other work of the
//! pool (a source that is read, a row group that is decoded) never ends on a runtime with a small one. Such a thread
//! works with every runtime, and with none.

use std::thread;

use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// The result that a thread will return.
#[derive(Debug)]
pub struct WorkerThread<T>(oneshot::Receiver<T>);

/// Runs `work` on a thread of that name.
///
/// # Errors
/// The operating system can't start another thread.
pub fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<WorkerThread<T>> {
    let (ended, end) = oneshot::channel();
    let run = move || {
        // Sending fails where the caller was dropped and no longer waits.
        let _ = ended.send(work());
    };
    let started = thread::Builder::new().name(name.to_owned()).spawn(run);
    started.map_err(|e| Error::Worker(format!("the operating system can't start it: {e}")))?;
    Ok(WorkerThread(end))
}

impl<T> WorkerThread<T> {
    /// Waits for its end and returns its result.
    ///
    /// # Errors
    /// The thread panicked.
    pub async fn ended(self) -> Result<T> {
        self.0.await.map_err(|_| Error::Worker("it panicked; its message is above".to_owned()))
    }
}
