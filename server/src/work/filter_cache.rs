//! Caches the positions of the rows that match a filter.

use std::sync::Arc;
use std::time::Duration;

use hub_schema::CommitId;
use moka::future::Cache;
use roaring::RoaringBitmap;
use uuid::Uuid;

/// Maximum bytes of cached positions.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// Cached positions are dropped when they were not used for this long.
const IDLE: Duration = Duration::from_secs(600);

/// The positions of the rows that match a filter, by data set, commit and filter.
#[derive(Debug)]
pub struct FilterCache(pub(super) Cache<(Uuid, CommitId, String), Arc<RoaringBitmap>>);

impl Default for FilterCache {
    fn default() -> Self {
        let weight = |key: &(Uuid, CommitId, String), rows: &Arc<RoaringBitmap>| {
            u32::try_from(rows.serialized_size() + key.2.len() + 128).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(CACHE_BYTES).weigher(weight).time_to_idle(IDLE).build())
    }
}
