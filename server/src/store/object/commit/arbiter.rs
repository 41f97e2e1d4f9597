//! Who decides which of two creates wins: the store, or the database where the store can't.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hub_catalog::{Catalog, CreateClaim};
use hub_dataset::store::Created;
use hub_dataset::{Arbitrate, ArbitrationError, Dataset, Store};
use hub_schema::commit::Arbiter;

use uuid::Uuid;

use crate::problem::Result;

/// Creates an object that must not be there; false if something else is there.
pub async fn create(catalog: &Catalog, dataset: &Dataset, path: &str, content: Bytes) -> Result<bool> {
    match dataset.hub_file().arbiter {
        Arbiter::Store => Ok(dataset.store().create(path, content).await? == Created::Yes),
        Arbiter::Catalog => claim(catalog, dataset.store(), dataset.hub_file().uuid, path, content).await,
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

/// The data set, whose creates the database decides where the store can't.
pub fn arbitrated(catalog: &Catalog, dataset: &Dataset) -> Dataset {
    dataset.clone().with_arbiter(Arc::new(CatalogArbiter { catalog: catalog.clone() }))
}

/// The catalog's database, as the arbiter of commits that the server makes itself.
#[derive(Debug)]
struct CatalogArbiter {
    catalog: Catalog,
}

#[async_trait]
impl Arbitrate for CatalogArbiter {
    async fn create(
        &self,
        store: &Store,
        dataset: Uuid,
        path: &str,
        content: Bytes,
    ) -> Result<Created, ArbitrationError> {
        let won = claim(&self.catalog, store, dataset, path, content).await?;
        Ok(if won { Created::Yes } else { Created::Taken })
    }
}

async fn claim(catalog: &Catalog, store: &Store, uuid: Uuid, path: &str, content: Bytes) -> Result<bool> {
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
