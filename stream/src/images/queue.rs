//! Pieces of batches that wait for a core, and the threads that decode them.
//!
//! A thread takes the next piece itself. Were each piece a task of the runtime, one of the runtime's threads would have to
//! wake between two pieces, and where all cores decode the system lets it wait for some milliseconds: a core stays idle
//! meanwhile, and on two cores a quarter of the rate is lost.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use hub_dataset::cpu_pool;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinError, JoinSet};

use super::buffers::Part;
use super::failure::Failure;
use super::piece::Piece;
use super::work::Work;
use crate::media::Values;

/// A piece of a batch.
pub struct Job {
    pub batch: u64,
    /// Its number in the batch.
    pub piece: usize,
    pub rows: Piece,
}

/// A piece that was decoded: its arrays, its other values, and what failed.
pub struct Done {
    pub batch: u64,
    pub piece: usize,
    pub parts: Vec<Part>,
    pub media: Vec<Values>,
    pub failures: Vec<Failure>,
}

/// The pieces of a stream, in their order.
pub struct Queue {
    shared: Arc<Shared>,
    runtime: Handle,
    /// Threads at most.
    threads: usize,
    done: UnboundedReceiver<Done>,
    /// The threads' tasks, which fail if the runtime was shut down.
    running: JoinSet<Result<(), JoinError>>,
}

struct Shared {
    work: Arc<Work>,
    waiting: Mutex<Waiting>,
    done: UnboundedSender<Done>,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Threads that take jobs, or wait for a core to do so.
    threads: usize,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("threads", &self.threads).finish_non_exhaustive()
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // Those that have begun end by themselves.
        self.shared.waiting().jobs.clear();
    }
}

impl Queue {
    pub fn new(work: Arc<Work>, runtime: Handle) -> Self {
        // More than there are cores would only wait for each other.
        let threads = work.threads.clamp(1, cpu_pool::cores());
        let (sender, done) = unbounded_channel();
        let shared = Arc::new(Shared { work, waiting: Mutex::default(), done: sender });
        Self { shared, runtime, threads, done, running: JoinSet::new() }
    }

    /// Adds pieces behind the others.
    pub fn push(&mut self, jobs: impl Iterator<Item = Job>) {
        let more = {
            let mut waiting = self.shared.waiting();
            waiting.jobs.extend(jobs);
            let more = waiting.jobs.len().min(self.threads.saturating_sub(waiting.threads));
            waiting.threads += more;
            more
        };
        for _ in 0..more {
            self.running.spawn_on(run(Arc::clone(&self.shared)), &self.runtime);
        }
    }

    /// A piece that was decoded; pending if there is none.
    ///
    /// # Errors
    /// A thread panicked, or the runtime was shut down.
    pub fn poll_done(&mut self, context: &mut Context<'_>) -> Poll<Result<Done, JoinError>> {
        loop {
            if let Poll::Ready(Some(done)) = self.done.poll_recv(context) {
                return Poll::Ready(Ok(done));
            }
            match ready!(self.running.poll_join_next(context)) {
                Some(Ok(Err(error)) | Err(error)) => return Poll::Ready(Err(error)),
                // A thread that found no further piece; it may have sent one before.
                Some(Ok(Ok(()))) => {}
                None => return Poll::Pending,
            }
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece. Without one the thread ends.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.waiting();
        let job = waiting.jobs.pop_front();
        if job.is_none() {
            waiting.threads -= 1;
        }
        job
    }

    /// Decodes pieces until other work of the process wants the core (true), or there is no piece.
    async fn decode(&self) -> bool {
        while let Some(Job { batch, piece, mut rows }) = self.next() {
            let failures = rows.decode(&self.work).await;
            let Piece { parts, media, .. } = rows;
            // Without a receiver the stream was dropped.
            self.done.send(Done { batch, piece, parts, media, failures }).ok();
            if cpu_pool::is_core_wanted() {
                return true;
            }
        }
        false
    }
}

/// A thread's part of the work.
async fn run(shared: Arc<Shared>) -> Result<(), JoinError> {
    loop {
        let own = Arc::clone(&shared);
        if !cpu_pool::run(async move { own.decode().await }).await? {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use arrow::array::RecordBatch;
    use arrow::datatypes::Schema;
    use futures::executor::block_on;
    use futures::future::{Either, select};
    use hub_decode::Draw;
    use tokio::runtime::Runtime;

    use super::*;
    use crate::images::columns::ImageColumns;
    use crate::media::MediaColumns;

    fn work() -> Arc<Work> {
        Arc::new(Work {
            sources: Vec::new(),
            columns: ImageColumns::new(&[], (&[], 0), &Schema::empty(), 1).unwrap(),
            media: MediaColumns::new(&[], &[], &Schema::empty(), 1).unwrap(),
            draw: Draw::default(),
            on_error: Default::default(),
            copies: Default::default(),
            verify: false,
            shows_row_ids: false,
            profile: false,
            threads: 2,
            counters: Default::default(),
            cancelled: AtomicBool::new(false),
        })
    }

    /// A piece without a row.
    fn job(piece: usize) -> Job {
        let batch = RecordBatch::new_empty(Arc::new(Schema::empty()));
        let rows =
            Piece { batch, rows: 0..0, parts: vec![], media: vec![], repetitions: None, sources: None };
        Job { batch: 7, piece, rows }
    }

    #[test]
    fn pieces_are_decoded_until_the_runtime_is_shut_down() {
        let runtime = Runtime::new().unwrap();
        let mut queue = Queue::new(work(), runtime.handle().clone());
        queue.push((0..5).map(job));
        let mut found: Vec<_> =
            (0..5).map(|_| block_on(poll_fn(|context| queue.poll_done(context))).unwrap().piece).collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2, 3, 4]);
        runtime.shutdown_timeout(Duration::from_secs(30));
        queue.push((5..6).map(job));
        // Polled once: nothing else would wake it.
        let polled = poll_fn(|context| queue.poll_done(context));
        match block_on(select(polled, std::future::ready(()))) {
            Either::Left((Err(error), _)) => assert!(error.is_cancelled(), "{error}"),
            Either::Left((Ok(done), _)) => panic!("piece {} was decoded", done.piece),
            Either::Right(_) => panic!("it waits for ever"),
        }
    }
}
