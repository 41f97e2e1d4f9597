//! The log: commits from a revision back to the first.

use std::collections::{BinaryHeap, HashSet};

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::read::Snapshot;

impl Snapshot {
    /// This commit and its ancestors, newest first, at most `limit`. Parents of merges are followed.
    pub async fn log(&self, limit: usize) -> Result<Vec<Snapshot>> {
        let mut seen = HashSet::from([self.at().id]);
        let mut waiting = BinaryHeap::from([ByTime(self.clone())]);
        let mut log = Vec::new();
        while log.len() < limit
            && let Some(ByTime(next)) = waiting.pop()
        {
            for parent in &next.commit().parents {
                if seen.insert(parent.id) {
                    waiting.push(ByTime(self.dataset().at(parent).await?));
                }
            }
            log.push(next);
        }
        Ok(log)
    }

    /// The newest commit that is an ancestor of both (or one of them); `None` if they share none.
    pub async fn common_ancestor(&self, other: &Self) -> Result<Option<Snapshot>> {
        let theirs: HashSet<_> = other.log(usize::MAX).await?.into_iter().map(|s| s.at().id).collect();
        Ok(self.log(usize::MAX).await?.into_iter().find(|s| theirs.contains(&s.at().id)))
    }
}

struct ByTime(Snapshot);

impl ByTime {
    fn key(&self) -> (DateTime<Utc>, u64) {
        (self.0.commit().time, self.0.at().version)
    }
}

impl PartialEq for ByTime {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ByTime {}

impl PartialOrd for ByTime {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByTime {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
