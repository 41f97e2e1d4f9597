//! Finishes changes of data sets that a server has made in the catalog and not in the store, because it was killed.

use futures::stream::TryStreamExt;
use hub_catalog::{Catalog, DatasetInfo};
use hub_dataset::layout;
use hub_schema::{FORMAT_VERSION, HubFile};

use super::Root;
use crate::problem::{Result, internal};

/// The content of a data set's `hub.json`.
pub async fn hub_file(root: &Root, info: (uuid::Uuid, chrono::DateTime<chrono::Utc>)) -> Result<Vec<u8>> {
    let (uuid, created) = info;
    let hub = HubFile { format: FORMAT_VERSION, uuid, created, arbiter: root.arbiter().await? };
    let mut json = serde_json::to_vec_pretty(&hub).map_err(|e| internal(&e))?;
    json.push(b'\n');
    Ok(json)
}

/// Carries out what a change has left to do.
pub async fn finish(catalog: &Catalog, root: &Root, info: &DatasetInfo) -> hub_catalog::Result<bool> {
    catalog.finish(info.uuid, &root.store("")?).await
}

/// Finishes a change of a data set whose `hub.json` is missing. True if it is there now.
///
/// One without any commit is made again, whatever has become of its files. One with commits has lost its `hub.json`, or
/// the store isn't the right one; nothing is written then.
pub async fn mend(catalog: &Catalog, root: &Root, info: &DatasetInfo) -> Result<bool> {
    if finish(catalog, root, info).await? {
        return Ok(true);
    }
    let refs = root.store(&info.location)?.list(layout::REFS).try_next().await?;
    if refs.is_some() || catalog.has_commits(info.uuid).await? {
        return Ok(false);
    }
    tracing::warn!(dataset = %info.name, "hub.json of a data set without commits was missing, and is created again");
    catalog.make_again(info.uuid, &hub_file(root, (info.uuid, info.created)).await?).await?;
    Ok(finish(catalog, root, info).await?)
}
