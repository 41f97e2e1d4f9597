//! Caches successful read checks for one second.
//!
//! A program that reads a data set's files sends hundreds of requests per second, and each would need three catalog
//! queries. So a successful check of a token or an anonymous caller is cached for one second. Changes made through
//! this server take effect at once: any request that may write clears the cache. Changes made through other servers
//! take effect within a second. Refusals are never cached, and write access is always checked.

use std::time::Duration;

use hub_catalog::DatasetInfo;
use hub_schema::DatasetName;
use moka::future::Cache;

use super::Caller;

/// How long a successful check is valid.
const CACHE_TTL: Duration = Duration::from_secs(1);
/// Maximum cached successful checks.
const MAX_ENTRIES: u64 = 1024;

/// The hash of the token, if one was sent, and the data set.
pub type Key = (Option<blake3::Hash>, DatasetName);

/// Successful read checks of the last second.
#[derive(Debug)]
pub struct AccessCache(pub(super) Cache<Key, (Caller, DatasetInfo)>);

impl Default for AccessCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MAX_ENTRIES).time_to_live(CACHE_TTL).build())
    }
}
