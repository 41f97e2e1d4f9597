//! Who decides which of two creates wins: the store, or the database where the store can't.

use bytes::Bytes;
use hub_catalog::{Catalog, CreateClaim};
use hub_dataset::Dataset;
use hub_dataset::store::Created;
use hub_schema::commit::Arbiter;

use crate::problem::Result;

/// Creates an object that must not be there; false if something else is there.
pub async fn create(catalog: &Catalog, dataset: &Dataset, path: &str, content: Bytes) -> Result<bool> {
    match dataset.hub_file().arbiter {
        Arbiter::Store => Ok(dataset.store().create(path, content).await? == Created::Yes),
        Arbiter::Catalog => claim(catalog, dataset, path, content).await,
    }
}

/// Creates an object as [`create`] does, to last.
pub async fn create_to_last(
    catalog: &Catalog,
    dataset: &Dataset,
    path: &str,
    content: Bytes,
) -> Result<bool> {
    let won = create(catalog, dataset, path, content).await?;
    if won {
        dataset.store().settle(path).await?;
    }
    Ok(won)
}

async fn claim(catalog: &Catalog, dataset: &Dataset, path: &str, content: Bytes) -> Result<bool> {
    let (store, uuid) = (dataset.store(), dataset.hub_file().uuid);
    // The database may be younger than the store.
    if let Some(there) = store.get(path).await? {
        return Ok(there == content);
    }
    match catalog.claim(uuid, path, &content).await? {
        CreateClaim::Won => {
            store.put(path, content).await?;
            catalog.settle_claim(uuid, path).await?;
            Ok(true)
        }
        CreateClaim::Lost { content: theirs, written } => {
            // Its server may have gone between the claim and the object.
            if !written {
                store.put(path, Bytes::from(theirs)).await?;
                catalog.settle_claim(uuid, path).await?;
            }
            Ok(false)
        }
    }
}
