//! Aborts old uploads, and removes leftovers of aborted ones.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::stream::TryStreamExt;
use hub_dataset::Store;

use super::state::{INFO_FILE, forget};
use super::{UploadInfo, discard};
use crate::problem::Result;
use crate::store::Root;

/// Aborts the uploads that were begun longer ago than `older_than`; returns how many.
pub async fn sweep(root: &Root, older_than: Duration) -> Result<u64> {
    let uploads = root.uploads()?;
    let before = Utc::now() - older_than;
    let mut swept = 0;
    for id in uploads.folders("").await? {
        let path = format!("{id}/{INFO_FILE}");
        let Some(info) = uploads.head(&path).await? else {
            swept += u64::from(leftovers(&root.upload(&id)?, before).await?);
            continue;
        };
        if info.modified >= before {
            continue;
        }
        let Some(json) = uploads.get(&info.path).await? else { continue };
        if let Ok(info) = serde_json::from_slice::<UploadInfo>(&json) {
            discard(root, &info).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// Removes what was written by a part that arrived after its upload had been aborted, if all of it is old.
async fn leftovers(state: &Store, before: DateTime<Utc>) -> Result<bool> {
    let left: Vec<_> = state.list("").try_collect().await?;
    if left.iter().any(|object| object.modified >= before) {
        return Ok(false);
    }
    forget(state).await?;
    Ok(!left.is_empty())
}
