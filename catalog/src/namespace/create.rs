//! Making, finding and removing namespaces.

use chrono::{DateTime, Utc};
use hub_schema::{DatasetName, NameError, is_reserved};
use serde::Serialize;

use super::{Role, put_member};
use crate::catalog::Catalog;
use crate::db::{Record, Row, Tx};
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::page::{Page, decode, page_length};
use crate::time::now;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Namespace {
    pub name: String,
    pub created: DateTime<Utc>,
}

impl Record for Namespace {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self { name: row.get("name")?, created: row.time("created")? })
    }
}

impl Catalog {
    /// Makes a namespace, with an owner if one is named.
    pub async fn create_namespace(&self, name: &str, owner: Option<UserId>) -> Result<Namespace> {
        format!("{name}/x").parse::<DatasetName>()?;
        let mut tx = self.db.begin().await?;
        if !insert_new(&mut tx, name).await? {
            return Err(Error::taken("namespace", name));
        }
        if let Some(owner) = owner {
            put_member(&mut tx, name, owner, Role::Owner).await?;
        }
        tx.commit().await?;
        self.namespace(name).await
    }

    /// Makes a namespace if there is none.
    pub async fn ensure_namespace(&self, name: &str) -> Result<()> {
        format!("{name}/x").parse::<DatasetName>()?;
        let mut tx = self.db.begin().await?;
        insert_new(&mut tx, name).await?;
        tx.commit().await
    }

    /// The namespace of a name.
    pub async fn namespace(&self, name: &str) -> Result<Namespace> {
        let found = self.db.read("SELECT name, created FROM namespaces WHERE name = $1").bind(name).first();
        found.await?.ok_or_else(|| Error::not_found("namespace", name))
    }

    /// All namespaces by name, a page at a time.
    pub async fn namespaces(&self, cursor: Option<&str>, limit: u32) -> Result<Page<Namespace>> {
        let limit = page_length(limit);
        let after: String = decode(cursor)?.unwrap_or_default();
        let found = self
            .db
            .read("SELECT name, created FROM namespaces WHERE name > $1 ORDER BY name LIMIT $2")
            .bind(after)
            .bind(i64::from(limit) + 1)
            .all::<Namespace>()
            .await?;
        Ok(Page::of(found, limit, |namespace| namespace.name.clone()))
    }

    /// Removes a namespace that holds no data set, not even a deleted one.
    pub async fn remove_namespace(&self, name: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if has_datasets(&mut tx, name).await? {
            let problem = format!("'{name}' holds data sets; delete and purge them first");
            return Err(Error::invalid("namespace", problem));
        }
        match tx.sql("DELETE FROM namespaces WHERE name = $1").bind(name).run().await? {
            0 => Err(Error::not_found("namespace", name)),
            _ => tx.commit().await,
        }
    }
}

/// Makes a namespace whose name somebody chose; false if it is there.
///
/// # Errors
/// The name is that of a page, and the namespace is not there already.
pub(crate) async fn insert_new(tx: &mut Tx, name: &str) -> Result<bool> {
    let is_new = insert(tx, name).await?;
    if is_new && is_reserved(name) {
        return Err(NameError::Reserved(name.to_owned()).into());
    }
    Ok(is_new)
}

/// Makes a namespace; false if it is there.
pub(crate) async fn insert(tx: &mut Tx, name: &str) -> Result<bool> {
    let new = tx
        .sql("INSERT INTO namespaces (name, created) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(now())
        .run()
        .await?;
    Ok(new > 0)
}

pub(crate) async fn has_members(tx: &mut Tx, name: &str) -> Result<bool> {
    let member = tx.sql("SELECT 1 AS one FROM memberships WHERE namespace = $1 LIMIT 1").bind(name).row();
    Ok(member.await?.is_some())
}

/// Does it hold data sets, deleted ones included?
pub(crate) async fn has_datasets(tx: &mut Tx, name: &str) -> Result<bool> {
    let dataset = tx.sql("SELECT 1 AS one FROM datasets WHERE namespace = $1 LIMIT 1").bind(name).row();
    Ok(dataset.await?.is_some())
}

/// Gives a namespace that is left over to another owner: what was logged about it before is not for them.
pub(crate) async fn begin_anew(tx: &mut Tx, name: &str) -> Result<()> {
    tx.sql("UPDATE namespaces SET created = $2 WHERE name = $1").bind(name).bind(now()).run().await.map(drop)
}
