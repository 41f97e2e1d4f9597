//! The rows that were chosen to stand for revisions. A commit never changes, so neither does its choice.

use std::sync::Arc;

use hub_schema::CommitId;
use moka::future::Cache;
use uuid::Uuid;

use super::cell::Cell;

/// Revisions whose choice is cached.
const CACHED: u64 = 512;

/// The choices of revisions that were shown lately.
#[derive(Debug)]
pub struct PickCache(pub(super) Cache<(Uuid, CommitId), Arc<Vec<Cell>>>);

impl Default for PickCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(CACHED).build())
    }
}
