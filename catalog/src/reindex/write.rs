//! Data sets into the catalog, in one transaction.

use std::collections::HashSet;

use super::read::Found;
use crate::catalog::Catalog;
use crate::commit::{insert as insert_commit, put_head, put_tag, weigh};
use crate::dataset::{insert as insert_dataset, search_text, summary};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::namespace;
use crate::time::now;

impl Catalog {
    pub(super) async fn write_found(&self, found: &[&Found]) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let mut namespaces = HashSet::new();
        for found in found {
            Self::write_one(&mut tx, found, &mut namespaces).await?;
        }
        tx.commit().await
    }

    /// `namespaces` are those that this transaction has written already.
    async fn write_one<'a>(tx: &mut Tx, found: &'a Found, namespaces: &mut HashSet<&'a str>) -> Result<()> {
        let uuid = found.new.uuid;
        // A change that is not in the store yet must not be overwritten by what was there before it.
        if Self::is_unfinished(tx, uuid).await? {
            return Ok(());
        }
        if namespaces.insert(found.new.name.namespace()) {
            namespace::insert(tx, found.new.name.namespace()).await?;
        }
        let known = overwrite(tx, found).await?;
        if !known {
            insert_deleted(tx, found).await?;
        }
        if known {
            // What the store no longer has goes; the rest is written over.
            for table in ["DELETE FROM commits WHERE dataset = $1", "DELETE FROM refs WHERE dataset = $1"] {
                tx.sql(table).bind(uuid).run().await?;
            }
        }
        for commit in &found.commits {
            insert_commit(tx, uuid, commit).await?;
        }
        for branch in found.commits.chunk_by(|a, b| a.at.branch == b.at.branch) {
            if let Some(head) = branch.last() {
                put_head(tx, uuid, head).await?;
            }
        }
        for (name, tag) in &found.tags {
            put_tag(tx, uuid, name, tag).await?;
        }
        weigh(tx, uuid).await?;
        let newest = found.commits.iter().map(|c| c.time).max().unwrap_or(found.new.created).min(now());
        // The store doesn't say when a card or the visibility changed; a catalog that was there does.
        let sql = match known {
            true => "UPDATE datasets SET updated = $2 WHERE uuid = $1 AND updated < $2",
            false => "UPDATE datasets SET updated = $2 WHERE uuid = $1",
        };
        tx.sql(sql).bind(uuid).bind(newest).run().await.map(drop)
    }
}

/// Writes over the row of a data set that is known; false if it is not.
async fn overwrite(tx: &mut Tx, found: &Found) -> Result<bool> {
    let new = &found.new;
    let written = tx
        .sql(
            "UPDATE datasets SET namespace = $2, name = $3, visibility = $4, card = $5, summary = $6,
                 search = $7, default_branch = $8, location = $9, created = $10, deleted = $11
             WHERE uuid = $1",
        )
        .bind(new.uuid)
        .bind(new.name.namespace())
        .bind(new.name.name())
        .bind(new.visibility)
        .bind(&new.card)
        .bind(summary(&new.card))
        .bind(search_text(&new.name, &new.card))
        .bind(&new.default_branch)
        .bind(&new.location)
        .bind(new.created)
        .bind(found.deleted)
        .run()
        .await;
    match written {
        Err(Error::Database { source })
            if source.as_database_error().is_some_and(|e| e.is_unique_violation()) =>
        {
            Err(Error::taken("data set", &new.name))
        }
        other => Ok(other? > 0),
    }
}

/// Adds a data set. A deleted one is added as deleted, even if another data set has its name now.
async fn insert_deleted(tx: &mut Tx, found: &Found) -> Result<()> {
    let Some(deleted) = found.deleted else { return insert_dataset(tx, &found.new).await.map(drop) };
    let mut new = found.new.clone();
    // A name of its own for the moment between the two statements.
    new.name = format!("{}/{}", new.name.namespace(), new.uuid.simple()).parse()?;
    insert_dataset(tx, &new).await?;
    tx.sql("UPDATE datasets SET deleted = $2 WHERE uuid = $1").bind(new.uuid).bind(deleted).run().await?;
    overwrite(tx, found).await.map(drop)
}
