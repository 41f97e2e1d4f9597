//! The marks of received parts.

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::Store;
use serde::{Deserialize, Serialize};

use super::UploadInfo;
use crate::problem::{Result, internal};

/// Marks that are read concurrently.
const READERS: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The chaining value of its subtree in BLAKE3's tree.
    pub value: [u8; 32],
    /// The part's id (ETag) in the bucket; `None` on a disk.
    pub content: Option<String>,
}

impl Mark {
    fn path(info: &UploadInfo, part: u64) -> String {
        format!("{}/{part}", info.marks())
    }

    /// The mark of a part; `None` if it was not received.
    pub async fn read(store: &Store, info: &UploadInfo, part: u64) -> Result<Option<Self>> {
        let json = store.get(&Self::path(info, part)).await?;
        json.map(|json| serde_json::from_slice(&json).map_err(|e| internal(&e))).transpose()
    }

    pub async fn write(&self, store: &Store, info: &UploadInfo, part: u64) -> Result<()> {
        let json = serde_json::to_vec(self).map_err(|e| internal(&e))?;
        Ok(store.put(&Self::path(info, part), bytes::Bytes::from(json)).await?)
    }

    /// The numbers of the received parts.
    pub async fn all(store: &Store, info: &UploadInfo) -> Result<BTreeSet<u64>> {
        let folder = info.marks();
        let files = store.files(&folder).await?;
        let number = |path: &str| path.strip_prefix(&folder)?.strip_prefix('/')?.parse().ok();
        Ok(files.iter().filter_map(|file| number(&file.path)).collect())
    }

    /// The marks of all parts, and the numbers of those that are missing.
    pub async fn read_all(store: &Store, info: &UploadInfo) -> Result<(Vec<Self>, Vec<u64>)> {
        let parts = info.parts();
        let reads: Vec<_> = (0..parts).map(|part| Self::read(store, info, part)).collect();
        let read: Vec<Option<Self>> = stream::iter(reads).buffered(READERS).try_collect().await?;
        let read: Vec<_> = (0..parts).zip(read).collect();
        let missing = read.iter().filter(|(_, mark)| mark.is_none()).map(|(part, _)| *part).collect();
        Ok((read.into_iter().filter_map(|(_, mark)| mark).collect(), missing))
    }
}
