//! Deletes data sets so that they can be restored: marked first, purged after the grace time.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::info::{COLUMNS, DatasetInfo};
use super::unfinished::note;
use super::update::taken;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::page::page_length;
use crate::time::now;

impl Catalog {
    /// Marks a data set as deleted: its name is free, its objects stay. Deleted before, it keeps its time.
    pub async fn delete_dataset(&self, uuid: Uuid) -> Result<DatasetInfo> {
        let mut tx = self.db.begin().await?;
        let deleted = tx
            .sql(format!(
                "UPDATE datasets SET deleted = coalesce(deleted, $2) WHERE uuid = $1 RETURNING {COLUMNS}"
            ))
            .bind(uuid)
            .bind(now())
            .first::<DatasetInfo>();
        let info = deleted.await?.ok_or_else(|| Error::not_found("data set", uuid))?;
        note(&mut tx, uuid, None, None).await?;
        tx.commit().await?;
        Ok(info)
    }

    /// Restores a deleted data set that was not purged yet.
    ///
    /// # Errors
    /// [`Error::Taken`] if another data set has its name by now: rename that one first.
    pub async fn restore_dataset(&self, uuid: Uuid) -> Result<DatasetInfo> {
        let info = self.dataset_by_uuid(uuid).await?;
        let mut tx = self.db.begin().await?;
        let restored = tx
            .sql(format!("UPDATE datasets SET deleted = NULL WHERE uuid = $1 RETURNING {COLUMNS}"))
            .bind(uuid)
            .first::<DatasetInfo>()
            .await
            .map_err(|e| taken(e, "data set", &info.name))?;
        let info = restored.ok_or_else(|| Error::not_found("data set", uuid))?;
        note(&mut tx, uuid, None, None).await?;
        tx.commit().await?;
        Ok(info)
    }

    /// Data sets that were deleted before a time, the longest ago first: to be removed from the store, then
    /// [purged](Catalog::purge_dataset).
    pub async fn purgeable(&self, before: DateTime<Utc>, limit: u32) -> Result<Vec<DatasetInfo>> {
        self.db
            .read(format!(
                "SELECT {COLUMNS} FROM datasets WHERE deleted IS NOT NULL AND deleted < $1
                 ORDER BY deleted LIMIT $2"
            ))
            .bind(before)
            .bind(i64::from(page_length(limit)))
            .all()
            .await
    }

    /// Forgets a deleted data set and its label index, for good. One that is not marked as deleted is refused.
    pub async fn purge_dataset(&self, uuid: Uuid) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let purged = tx.sql("DELETE FROM datasets WHERE uuid = $1 AND deleted IS NOT NULL").bind(uuid).run();
        if purged.await? == 0 {
            return Err(Error::not_found("deleted data set", uuid));
        }
        tx.sql("DELETE FROM index_datasets WHERE dataset = $1").bind(uuid).run().await?;
        tx.commit().await
    }
}
