//! Long work that is done in the background, once for a commit of a data set, and whose result is kept in memory.
//!
//! No request waits for its end: a caller is told how far it is, and asks again.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::ops::pictures::Progress;
use hub_schema::CommitId;
use moka::future::Cache;
use tokio::sync::{Semaphore, watch};
use tracing::Instrument;
use uuid::Uuid;

use crate::problem::{Result, internal};

/// Results that were not used for this long are dropped.
const IDLE: Duration = Duration::from_secs(1800);

/// A commit of a data set, and what is computed of it.
pub type Key = (Uuid, CommitId, String);

/// Results of one kind.
#[derive(Debug)]
pub struct Background<T: Debug + Send + Sync + 'static> {
    jobs: Cache<Key, Arc<Job<T>>>,
    places: Arc<Semaphore>,
}

/// A job that runs or has ended.
#[derive(Debug)]
struct Job<T: Debug + Send + Sync + 'static> {
    progress: Progress,
    bytes: u64,
    done: watch::Receiver<Option<Result<Arc<T>>>>,
}

/// What is known of a result.
#[derive(Debug)]
pub enum Known<T> {
    Done(Arc<T>),
    /// The rows that were read.
    Running(u64),
    NotBegun,
}

impl<T: Debug + Send + Sync + 'static> Background<T> {
    /// Keeps results of at most so many bytes in all; so many jobs work at once.
    pub fn new(max_bytes: u64, at_once: usize) -> Self {
        let weigh = |_: &Key, job: &Arc<Job<T>>| u32::try_from(job.bytes + 256).unwrap_or(u32::MAX);
        Self {
            jobs: Cache::builder().max_capacity(max_bytes).weigher(weigh).time_to_idle(IDLE).build(),
            places: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// The result of a key. If it is not there, and `may_begin`, `work` begins; it is waited for a little. `bytes` is what
    /// the result takes at most.
    ///
    /// # Errors
    /// Those of the work; the next caller tries again.
    pub async fn get<F>(
        &self,
        key: Key,
        bytes: u64,
        may_begin: bool,
        patience: Duration,
        work: impl FnOnce(Progress) -> F,
    ) -> Result<Known<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let job = match self.jobs.get(&key).await {
            Some(job) => job,
            None if !may_begin => return Ok(Known::NotBegun),
            None => self.jobs.get_with(key.clone(), async { self.begin(bytes, work) }).await,
        };
        let mut done = job.done.clone();
        let waiting = async { done.wait_for(Option::is_some).await.map(|done| done.clone()) };
        match tokio::time::timeout(patience, waiting).await {
            Ok(Ok(Some(Ok(value)))) => Ok(Known::Done(value)),
            Ok(Ok(Some(Err(problem)))) => {
                self.jobs.invalidate(&key).await;
                Err(problem)
            }
            Ok(Err(gone)) => {
                self.jobs.invalidate(&key).await;
                Err(internal(&gone))
            }
            Err(_) | Ok(Ok(None)) => Ok(Known::Running(job.progress.rows())),
        }
    }

    /// The result of a key, if it is there.
    pub async fn peek(&self, key: &Key) -> Option<Arc<T>> {
        let job = self.jobs.get(key).await?;
        let done = job.done.borrow().clone();
        done?.ok()
    }

    fn begin<F>(&self, bytes: u64, work: impl FnOnce(Progress) -> F) -> Arc<Job<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let progress = Progress::default();
        let (tell, done) = watch::channel(None);
        let (places, work) = (self.places.clone(), work(progress.clone()));
        let job = async move {
            let _place = places.acquire_owned().await;
            let _ = tell.send(Some(work.await.map(Arc::new)));
        };
        tokio::spawn(job.in_current_span());
        Arc::new(Job { progress, bytes, done })
    }
}
