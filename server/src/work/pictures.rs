//! Reads the pictures of revisions in the background, one revision at a time: for duplicates and outliers.
//!
//! It may take hours for a large data set, so no request waits for its end. What was read is kept on this server's disk for
//! each file of the data set, so that another revision, or a restarted server, goes on from there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::Snapshot;
use hub_dataset::ops::pictures::{Fingerprint, Progress, Shelf};
use hub_schema::{CommitId, Field, FieldId};
use moka::future::Cache;
use tokio::sync::{Semaphore, watch};
use tracing::Instrument;
use uuid::Uuid;

use crate::problem::{Problem, Result, internal};

/// Maximum bytes of fingerprints in memory.
const KEPT_BYTES: u64 = 256 * 1024 * 1024;
/// Fingerprints that were not used for this long are dropped; they are on the disk.
const IDLE: Duration = Duration::from_secs(1800);

type Key = (Uuid, CommitId, FieldId);
type Prints = Arc<Vec<Fingerprint>>;

/// The pictures of revisions.
#[derive(Debug)]
pub struct Pictures {
    scans: Cache<Key, Arc<Scan>>,
    shelf: Shelf,
    one: Arc<Semaphore>,
}

/// A scan that runs or has ended.
#[derive(Debug)]
struct Scan {
    progress: Progress,
    rows: u64,
    done: watch::Receiver<Option<Result<Prints>>>,
}

/// What is known of a revision's pictures.
#[derive(Clone, Debug)]
pub enum Scanned {
    Done(Prints),
    /// The rows that were read.
    Running(u64),
    NotBegun,
}

impl Pictures {
    /// Keeps what was read in a folder below `home`.
    pub fn new(home: &Path) -> Self {
        let weigh = |_: &Key, scan: &Arc<Scan>| {
            u32::try_from(size_of::<Fingerprint>() as u64 * scan.rows + 256).unwrap_or(u32::MAX)
        };
        Self {
            scans: Cache::builder().max_capacity(KEPT_BYTES).weigher(weigh).time_to_idle(IDLE).build(),
            shelf: Shelf::new(home.join("cache/pictures")),
            one: Arc::new(Semaphore::new(1)),
        }
    }

    /// The pictures of a column, if they were read; otherwise reading begins, where `may_begin`, and is waited for a little.
    ///
    /// # Errors
    /// They can't be read.
    pub async fn get(
        &self,
        snapshot: &Snapshot,
        field: &Field,
        may_begin: bool,
        patience: Duration,
    ) -> Result<Scanned> {
        let key = (snapshot.dataset().hub_file().uuid, snapshot.at().id, field.id);
        let scan = match self.scans.get(&key).await {
            Some(scan) => scan,
            None if !may_begin => return Ok(Scanned::NotBegun),
            None => {
                let rows = snapshot.index().await?.rows();
                self.scans.get_with(key, async { self.begin(snapshot.clone(), field.clone(), rows) }).await
            }
        };
        let mut done = scan.done.clone();
        let waiting = async { done.wait_for(Option::is_some).await.map(|done| done.clone()) };
        match tokio::time::timeout(patience, waiting).await {
            Err(_) => Ok(Scanned::Running(scan.progress.rows())),
            Ok(Err(gone)) => {
                self.scans.invalidate(&key).await;
                Err(internal(&gone))
            }
            Ok(Ok(Some(Ok(prints)))) => Ok(Scanned::Done(prints)),
            Ok(Ok(Some(Err(problem)))) => {
                // The next caller tries again.
                self.scans.invalidate(&key).await;
                Err(problem)
            }
            Ok(Ok(None)) => Ok(Scanned::Running(scan.progress.rows())),
        }
    }

    fn begin(&self, snapshot: Snapshot, field: Field, rows: u64) -> Arc<Scan> {
        let progress = Progress::default();
        let (tell, done) = watch::channel(None);
        let (shelf, one, counted) = (self.shelf.clone(), self.one.clone(), progress.clone());
        let work = async move {
            let _permit = one.acquire_owned().await;
            let read = snapshot.fingerprints(&field, &shelf, &counted).await;
            let _ = tell.send(Some(read.map(Arc::new).map_err(Problem::from)));
        };
        tokio::spawn(work.in_current_span());
        Arc::new(Scan { progress, rows, done })
    }
}
