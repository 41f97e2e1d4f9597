//! Commits with unreadable files, remembered for five minutes, since a file may be repaired.
//!
//! A query over all data sets skips them, so that one damaged data set doesn't make every such query fail.

use std::time::Duration;

use hub_schema::CommitId;
use moka::future::Cache;
use uuid::Uuid;

/// Maximum commits that are remembered.
const MAX_COMMITS: u64 = 4096;
/// How long a commit is skipped.
const SKIP_TTL: Duration = Duration::from_secs(300);

/// A commit of a data set.
pub type Key = (Uuid, CommitId);

/// The commits with unreadable files.
#[derive(Debug)]
pub struct Damaged(Cache<Key, ()>);

impl Default for Damaged {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MAX_COMMITS).time_to_live(SKIP_TTL).build())
    }
}

impl Damaged {
    pub fn contains(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    pub async fn insert(&self, key: Key) {
        self.0.insert(key, ()).await;
    }
}
