//! Registers a data set in the catalog.

use chrono::{DateTime, Utc};
use hub_schema::{BranchName, DatasetName, Visibility};
use uuid::Uuid;

use super::info::{COLUMNS, DatasetInfo};
use super::text::{search_text, summary};
use super::unfinished::note;
use crate::catalog::Catalog;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::time::now;

/// A data set to be registered.
#[derive(Clone, Debug)]
pub struct NewDataset {
    pub uuid: Uuid,
    /// Its name; the namespace must exist.
    pub name: DatasetName,
    pub visibility: Visibility,
    /// Markdown with YAML front matter.
    pub card: String,
    /// The branch that is shown where none is named.
    pub default_branch: BranchName,
    /// Where it lies below the store's root, see [`Catalog::free_location`](crate::Catalog::free_location).
    pub location: String,
    pub created: DateTime<Utc>,
    /// The content of `hub.json`, if it is not in the store yet: [`Catalog::finish`](crate::Catalog::finish) writes it.
    pub hub: Option<Vec<u8>>,
}

impl NewDataset {
    /// A private data set in the folder of its name.
    pub fn new(uuid: Uuid, name: DatasetName) -> Self {
        Self {
            uuid,
            visibility: Visibility::default(),
            card: String::new(),
            default_branch: BranchName::main(),
            location: name.to_string(),
            created: now(),
            hub: None,
            name,
        }
    }
}

impl Catalog {
    /// Registers a data set. Of two concurrent calls with one name, one wins.
    ///
    /// # Errors
    /// [`Error::NotFound`] for its namespace; [`Error::Taken`] for its name, its place or its uuid.
    pub async fn create_dataset(&self, new: &NewDataset) -> Result<DatasetInfo> {
        let mut tx = self.db.begin().await?;
        let namespace = new.name.namespace();
        let there = tx.sql("SELECT 1 AS one FROM namespaces WHERE name = $1").bind(namespace).row().await?;
        if there.is_none() {
            return Err(Error::not_found("namespace", namespace));
        }
        let info = insert(&mut tx, new).await?;
        if let Some(hub) = &new.hub {
            note(&mut tx, info.uuid, Some(hub), None).await?;
        }
        tx.commit().await?;
        Ok(info)
    }

    /// A place below the store's root for a new data set: its name, or, while a renamed or deleted one is still
    /// there, its name with something behind it.
    pub async fn free_location(&self, name: &DatasetName, uuid: Uuid) -> Result<String> {
        let plain = name.to_string();
        let used = self
            .db
            .read(
                "SELECT 1 AS one FROM datasets WHERE location = $1
                 UNION ALL SELECT 1 AS one FROM unfinished WHERE moved_from = $1",
            )
            .bind(&plain)
            .row();
        Ok(match used.await? {
            None => plain,
            Some(_) => format!("{plain}.{}", &uuid.simple().to_string()[..12]),
        })
    }
}

pub(crate) async fn insert(tx: &mut Tx, new: &NewDataset) -> Result<DatasetInfo> {
    let made = tx
        .sql(format!(
            "INSERT INTO datasets (uuid, namespace, name, visibility, card, summary, search, default_branch,
                                   location, created, updated, deleted, rows, bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, NULL, 0, 0)
             ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
        ))
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
        .first()
        .await?;
    match made {
        Some(info) => Ok(info),
        None => Err(what_is_taken(tx, new).await?),
    }
}

async fn what_is_taken(tx: &mut Tx, new: &NewDataset) -> Result<Error> {
    let name = tx
        .sql("SELECT 1 AS one FROM datasets WHERE namespace = $1 AND name = $2 AND deleted IS NULL")
        .bind(new.name.namespace())
        .bind(new.name.name());
    if name.row().await?.is_some() {
        return Ok(Error::taken("data set", &new.name));
    }
    let uuid = tx.sql("SELECT 1 AS one FROM datasets WHERE uuid = $1").bind(new.uuid).row().await?;
    Ok(match uuid {
        Some(_) => Error::taken("data set with the uuid", new.uuid),
        None => Error::taken("data set in the folder", &new.location),
    })
}
