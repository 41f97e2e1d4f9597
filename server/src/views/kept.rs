//! What was computed of whole revisions, kept in memory by commit: orders, facets, review queues.

use std::sync::Arc;
use std::time::Duration;

use hub_dataset::ops::facets::Facet;
use hub_schema::CommitId;
use moka::future::Cache;
use uuid::Uuid;

use super::known_run::KnownRun;
use super::review::queue::{Found, QueueRow};

/// Maximum bytes of orders: 64 of a million rows.
const ORDER_BYTES: u64 = 256 * 1024 * 1024;
/// Maximum bytes of facets.
const FACET_BYTES: u64 = 256 * 1024 * 1024;
/// Entries are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(600);

/// A commit of a data set, and what was computed of it. The commit id alone would identify the rows; with the data set's
/// id, no data set gets another's entry.
pub type Key = (Uuid, CommitId, String);

/// Maximum bytes of review queues that are remembered for their numbers.
const QUEUE_BYTES: u64 = 64 * 1024 * 1024;

/// Maximum bytes of predictions of runs, compressed as they are stored.
const RUN_BYTES: u64 = 128 * 1024 * 1024;

/// Orders and facets of revisions.
#[derive(Debug)]
pub struct Kept {
    pub orders: Cache<Key, Arc<Vec<u32>>>,
    pub facets: Cache<Key, Arc<Facet>>,
    /// The review queues that were found last.
    pub queues: Cache<(Uuid, CommitId), Found>,
    /// Runs in which rows were looked up, by data set and id.
    pub runs: Cache<(Uuid, String), Arc<KnownRun>>,
}

impl Default for Kept {
    fn default() -> Self {
        let bytes = |bytes: usize, key: &Key| u32::try_from(bytes + key.2.len() + 128).unwrap_or(u32::MAX);
        let orders = Cache::builder()
            .max_capacity(ORDER_BYTES)
            .weigher(move |key, rows: &Arc<Vec<u32>>| bytes(4 * rows.len(), key));
        let facets = Cache::builder()
            .max_capacity(FACET_BYTES)
            .weigher(move |key, facet: &Arc<Facet>| bytes(facet.size_bytes(), key));
        let queue_bytes = |found: &Found| -> usize {
            found.iter().map(|(_, queue)| size_of::<QueueRow>() * queue.rows.len() + 64).sum()
        };
        let queues = Cache::builder()
            .max_capacity(QUEUE_BYTES)
            .weigher(move |_, found: &Found| u32::try_from(queue_bytes(found) + 128).unwrap_or(u32::MAX));
        let runs = Cache::builder()
            .max_capacity(RUN_BYTES)
            .weigher(|_, run: &Arc<KnownRun>| u32::try_from(run.size_bytes() + 256).unwrap_or(u32::MAX));
        Self {
            orders: orders.time_to_idle(IDLE).build(),
            facets: facets.time_to_idle(IDLE).build(),
            queues: queues.build(),
            runs: runs.time_to_idle(IDLE).build(),
        }
    }
}
