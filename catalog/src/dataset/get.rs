//! Finds one data set.

use hub_schema::DatasetName;
use uuid::Uuid;

use super::Viewer;
use super::info::{COLUMNS, DatasetInfo};
use crate::catalog::Catalog;
use crate::db::Record;
use crate::error::{Error, Result};
use crate::namespace::Role;

/// A data set that a viewer may see, and what the viewer may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub dataset: DatasetInfo,
    /// `None`: the viewer may only read it, because it is public.
    pub role: Option<Role>,
}

impl Catalog {
    /// The data set of a name, if this viewer may see it, with the viewer's role.
    ///
    /// # Errors
    /// [`Error::NotFound`] alike for one that isn't there and one that the viewer must not know of.
    pub async fn see_dataset(&self, name: &DatasetName, viewer: &Viewer) -> Result<Seen> {
        let is_within = viewer.within.as_ref().is_none_or(|within| within == name.namespace());
        let owns_all = viewer.admin && is_within;
        // One query decides, so that its duration doesn't reveal whether a private data set exists.
        let found = self.db.read(seen()).bind(name.namespace()).bind(name.name());
        let found =
            found.bind(viewer.user.filter(|_| is_within).map(|user| user.0)).bind(owns_all).row().await?;
        let row = found.ok_or_else(|| Error::not_found("data set", name))?;
        let role = match row.get::<Option<String>>("role")? {
            _ if owns_all => Some(Role::Owner),
            Some(_) => Some(row.parse("role")?),
            None => None,
        };
        Ok(Seen { dataset: DatasetInfo::read(&row)?, role })
    }

    /// The data set of a name, without checking permissions.
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

    /// The data set of a uuid, also a deleted one, without checking permissions.
    pub async fn dataset_by_uuid(&self, uuid: Uuid) -> Result<DatasetInfo> {
        let found =
            self.db.read(format!("SELECT {COLUMNS} FROM datasets WHERE uuid = $1")).bind(uuid).first();
        found.await?.ok_or_else(|| Error::not_found("data set", uuid))
    }

    pub async fn card(&self, uuid: Uuid) -> Result<String> {
        let row = self.db.read("SELECT card FROM datasets WHERE uuid = $1").bind(uuid).row().await?;
        row.ok_or_else(|| Error::not_found("data set", uuid))?.get("card")
    }
}

/// A data set with a user's role in its namespace, where it is public, or there is a role, or all is to be seen.
fn seen() -> String {
    let columns: Vec<String> = COLUMNS.split(", ").map(|column| format!("d.{column}")).collect();
    format!(
        "SELECT {}, m.role
         FROM datasets d LEFT JOIN memberships m ON m.namespace = d.namespace AND m.user_id = $3
         WHERE d.namespace = $1 AND d.name = $2 AND d.deleted IS NULL
           AND (d.visibility = 'public' OR m.role IS NOT NULL OR $4)",
        columns.join(", ")
    )
}
