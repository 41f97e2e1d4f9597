//! `about.json`: writing the catalog's words about a data set beside its objects, and reading them back.
//!
//! The database is written first, then the file: a server that dies in between leaves an older file, which
//! [`Catalog::finish`] corrects. What is written is what the database holds at that moment, not the values of a request,
//! so that two changes at once end with the later one in both.

use hub_dataset::Store;
use hub_schema::{DatasetMeta, DatasetName};
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::error::{Error, Result};

impl Catalog {
    /// What the catalog knows of a data set beyond its commits.
    pub async fn about(&self, dataset: Uuid) -> Result<DatasetMeta> {
        let info = self.dataset_by_uuid(dataset).await?;
        Ok(DatasetMeta {
            name: info.name,
            visibility: info.visibility,
            default_branch: info.default_branch,
            card: self.card(dataset).await?,
            deleted: info.deleted,
            embedded: false,
        })
    }

    /// Writes `about.json` from the catalog; `store` is the data set's own.
    pub(crate) async fn write_about(&self, dataset: Uuid, store: &Store) -> Result<()> {
        write(store, &self.about(dataset).await?).await
    }
}

/// Writes `about.json` of the data set at `store`.
async fn write(store: &Store, about: &DatasetMeta) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(about).map_err(|e| bad(store, e.to_string()))?;
    json.push(b'\n');
    store.put(DatasetMeta::PATH, bytes::Bytes::from(json)).await?;
    Ok(())
}

/// Reads `about.json` of the data set at `store`; what holds without one if there is none.
pub async fn read(store: &Store, folder: &DatasetName) -> Result<DatasetMeta> {
    let Some(listed) = store.head(DatasetMeta::PATH).await? else {
        return Ok(DatasetMeta::of_folder(folder.clone()));
    };
    if listed.size_bytes > DatasetMeta::LONGEST_BYTES {
        let problem =
            format!("it has {} bytes, at most {} are read", listed.size_bytes, DatasetMeta::LONGEST_BYTES);
        return Err(bad(store, problem));
    }
    let json = store.need(DatasetMeta::PATH).await?;
    serde_json::from_slice(&json).map_err(|e| bad(store, e.to_string()))
}

fn bad(store: &Store, problem: String) -> Error {
    Error::invalid("about.json", format!("{}: {problem}", store.uri()))
}
