//! Records tags in the catalog.

use hub_schema::{BranchName, Tag};
use uuid::Uuid;

use crate::catalog::Catalog;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::time::now;

impl Catalog {
    /// Records a tag that is in the store.
    pub async fn apply_tag(&self, dataset: Uuid, name: &BranchName, tag: &Tag) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let there = tx
            .sql("UPDATE datasets SET updated = $2 WHERE uuid = $1")
            .bind(dataset)
            .bind(now())
            .run()
            .await?;
        if there == 0 {
            return Err(Error::not_found("data set", dataset));
        }
        put_tag(&mut tx, dataset, name, tag).await?;
        tx.commit().await
    }

    /// Forgets a tag; that it is unknown is fine.
    pub async fn forget_tag(&self, dataset: Uuid, name: &BranchName) -> Result<()> {
        self.db
            .write("DELETE FROM refs WHERE dataset = $1 AND kind = 'tag' AND name = $2")
            .bind(dataset)
            .bind(name)
            .run()
            .await
            .map(drop)
    }
}

pub(crate) async fn put_tag(tx: &mut Tx, dataset: Uuid, name: &BranchName, tag: &Tag) -> Result<()> {
    tx.sql(
        "INSERT INTO refs (dataset, kind, name, id, branch, version, ended, time, author, message)
         VALUES ($1, 'tag', $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (dataset, kind, name) DO UPDATE SET
             id = excluded.id, branch = excluded.branch, version = excluded.version, time = excluded.time,
             author = excluded.author, message = excluded.message",
    )
    .bind(dataset)
    .bind(name)
    .bind(tag.commit.id)
    .bind(&tag.commit.branch)
    .bind(tag.commit.version)
    .bind(false)
    .bind(tag.time)
    .bind(&tag.author)
    .bind(&tag.message)
    .run()
    .await?;
    Ok(())
}
