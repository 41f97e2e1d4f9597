//! Gives up uploads that nobody went on with.

use std::time::Duration;

use chrono::Utc;

use super::state::ABOUT;
use super::{About, discard};
use crate::problem::Result;
use crate::store::Root;

/// Gives up the uploads that were begun longer ago than this; says how many.
pub async fn sweep(root: &Root, older_than: Duration) -> Result<u64> {
    let uploads = root.uploads()?;
    let before = Utc::now() - older_than;
    let mut swept = 0;
    for id in uploads.folders("").await? {
        let path = format!("{id}/{ABOUT}");
        let Some(about) = uploads.head(&path).await?.filter(|about| about.modified < before) else {
            continue;
        };
        let Some(json) = uploads.get(&about.path).await? else { continue };
        if let Ok(about) = serde_json::from_slice::<About>(&json) {
            discard(root, &about).await?;
            swept += 1;
        }
    }
    Ok(swept)
}
