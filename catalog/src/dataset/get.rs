//! Looking one data set up.

use hub_schema::DatasetName;
use uuid::Uuid;

use super::{COLUMNS, DatasetInfo, Seen, Viewer};
use crate::catalog::Catalog;
use crate::error::{Error, Result};

impl Catalog {
    /// The data set of a name, if this viewer may see it, with the viewer's role.
    ///
    /// # Errors
    /// [`Error::NotFound`] alike for one that isn't there and one that the viewer must not know of.
    pub async fn see_dataset(&self, name: &DatasetName, viewer: &Viewer) -> Result<Seen> {
        let found = self.find(name).await?;
        let role = self.role(viewer, name.namespace()).await?;
        let may = |d: &DatasetInfo| role.is_some() || d.visibility == hub_schema::Visibility::Public;
        let dataset = found.filter(may).ok_or_else(|| Error::not_found("data set", name))?;
        Ok(Seen { dataset, role })
    }

    /// The data set of a name, whoever asks.
    pub async fn dataset(&self, name: &DatasetName) -> Result<DatasetInfo> {
        self.find(name).await?.ok_or_else(|| Error::not_found("data set", name))
    }

    async fn find(&self, name: &DatasetName) -> Result<Option<DatasetInfo>> {
        self.db
            .read(format!(
                "SELECT {COLUMNS} FROM datasets WHERE namespace = $1 AND name = $2 AND deleted IS NULL"
            ))
            .bind(name.namespace())
            .bind(name.name())
            .first()
            .await
    }

    /// The data set of a uuid, also a deleted one, whoever asks.
    pub async fn dataset_by_uuid(&self, uuid: Uuid) -> Result<DatasetInfo> {
        let found =
            self.db.read(format!("SELECT {COLUMNS} FROM datasets WHERE uuid = $1")).bind(uuid).first();
        found.await?.ok_or_else(|| Error::not_found("data set", uuid))
    }

    /// A data set's card.
    pub async fn card(&self, uuid: Uuid) -> Result<String> {
        let row = self.db.read("SELECT card FROM datasets WHERE uuid = $1").bind(uuid).row().await?;
        row.ok_or_else(|| Error::not_found("data set", uuid))?.get("card")
    }
}
