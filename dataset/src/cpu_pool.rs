//! Runs long computations without blocking the async runtime.
//!
//! A row group is decoded without a pause, and a task that decodes one after the other never yields its thread: a few
//! such tasks would block all threads of a server. So each piece of such work runs on a thread of the blocking pool
//! ([`run`]), in the whole process at most as many as there are cores, and the caller awaits it. A piece is a row
//! group, so cancelled work stops after the current piece: the task that starts the pieces is dropped with its caller
//! ([`abort_on_drop`]).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

/// One permit for each core. It is global because cores are: it bounds the computations of the whole process, whatever
/// data set or hub they are for.
#[derive(Clone)]
struct Cores {
    process: u32,
    permits: Arc<Semaphore>,
    /// Pieces of work that wait for a permit.
    waiting: Arc<AtomicUsize>,
}

/// Counts a piece of work while it waits.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn of(cores: &Cores) -> Self {
        cores.waiting.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&cores.waiting))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Those of this process come after those of the processes that it was forked from, whose threads may hold permits that
/// they never return here. Nothing here is locked, so that a fork at any moment leaves nothing locked.
static CORES: [OnceLock<Cores>; 8] = [const { OnceLock::new() }; 8];

fn of_process() -> Cores {
    let process = std::process::id();
    let new = || Cores { process, permits: Arc::new(Semaphore::new(cores())), waiting: Arc::default() };
    let own = CORES.iter().map(|cores| cores.get_or_init(new)).find(|cores| cores.process == process);
    // After more forks in a row than there are places, pieces are not bounded.
    own.cloned().unwrap_or_else(new)
}

/// Cores of this machine: so many pieces run at the same time at most.
pub fn cores() -> usize {
    available_parallelism().map_or(2, usize::from)
}

/// Whether a piece waits for a core. Work that goes on as long as there is something to do lets go of its core then.
pub fn is_core_wanted() -> bool {
    of_process().waiting.load(Ordering::Relaxed) > 0
}

/// Runs a piece of work on the blocking pool, once a core is free. It should be short: once started, it can't be
/// cancelled.
///
/// # Errors
/// The work panicked.
pub async fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, JoinError> {
    let cores = of_process();
    let waiting = Waiting::of(&cores);
    // The semaphore is never closed, so this doesn't fail.
    let core = cores.permits.acquire_owned().await.ok();
    drop(waiting);
    let runtime = Handle::current();
    let piece = move || {
        let done = runtime.block_on(work);
        drop(core);
        done
    };
    tokio::task::spawn_blocking(piece).await
}

/// Starts a task that is aborted when the returned future is dropped.
pub fn abort_on_drop<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Result<T, JoinError>> + Send {
    // Dropping a JoinSet aborts its tasks; dropping a JoinHandle would detach the task.
    let mut task = JoinSet::new();
    task.spawn(work);
    async move {
        match task.join_next().await {
            Some(done) => done,
            // Unreachable: the set holds one task until it is joined.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_piece_that_waits_for_a_core_is_told_to_those_that_have_one() {
        let (begun, all_begun) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let holders: Vec<_> = (0..cores())
            .map(|_| {
                let (begun, ended) = (begun.clone(), Arc::clone(&ended));
                tokio::spawn(run(async move {
                    begun.send(()).unwrap();
                    while !ended.load(Ordering::Relaxed) {
                        thread::yield_now();
                    }
                }))
            })
            .collect();
        tokio::task::spawn_blocking(move || all_begun.iter().take(cores()).count()).await.unwrap();
        let waits = tokio::spawn(run(async {}));
        while !is_core_wanted() {
            tokio::task::yield_now().await;
        }
        ended.store(true, Ordering::Relaxed);
        waits.await.unwrap().unwrap();
        for holder in holders {
            holder.await.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn work_runs_on_another_thread_and_is_aborted_with_its_owner() {
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
