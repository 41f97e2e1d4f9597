//! Work that takes a processor for long, where others are served too.
//!
//! A row group is decoded in one go, and a task that decodes one after the other never lets go of its thread: a
//! few of them, and a server answers nobody. So each piece of such work runs on a thread of the blocking pool
//! ([`run`]), in the whole process no more at a time than there are cores, and whoever waits for it stays free. A
//! piece is a row group, so that work which nobody waits for any longer ends with the piece it is at: what
//! drives the pieces is dropped with its caller ([`abort_on_drop`]).

use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

/// One for each core. It belongs to the process because cores do: it bounds how much is computed at a time, and knows
/// nothing of any data set or hub.
static CORES: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(available_parallelism().map_or(2, usize::from))));

/// Runs a piece of work aside, once a core is free for it. It should be short: it is not stopped once it began.
///
/// # Errors
/// The work panicked.
pub async fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, JoinError> {
    // Nobody closes it.
    let core = Arc::clone(&CORES).acquire_owned().await.ok();
    let runtime = Handle::current();
    let piece = move || {
        let done = runtime.block_on(work);
        drop(core);
        done
    };
    tokio::task::spawn_blocking(piece).await
}

/// Starts a task that ends when nobody waits for it any longer.
pub fn abort_on_drop<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Result<T, JoinError>> + Send {
    // A set of tasks is stopped when it is dropped, a single task's handle lets it go on.
    let mut task = JoinSet::new();
    task.spawn(work);
    async move {
        match task.join_next().await {
            Some(done) => done,
            // It holds one.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn work_runs_aside_and_ends_with_its_owner() {
        let here = thread::current().id();
        let there = run(async { thread::current().id() }).await.unwrap();
        assert_ne!(here, there);
        let kept = Arc::new(());
        let held = Arc::clone(&kept);
        let task = abort_on_drop(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&kept), 2);
        drop(task);
        while Arc::strong_count(&kept) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
