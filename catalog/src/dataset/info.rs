//! A data set as lists and pages show it.

use chrono::{DateTime, Utc};
use hub_schema::{BranchName, DatasetName, Visibility};
use serde::Serialize;
use uuid::Uuid;

use crate::db::{Record, Row};
use crate::error::{Error, Result};

/// A data set, without its card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatasetInfo {
    pub uuid: Uuid,
    pub name: DatasetName,
    pub visibility: Visibility,
    /// The card's first paragraph, cut to 240 characters.
    pub summary: String,
    /// The branch that is shown where none is named.
    pub default_branch: BranchName,
    /// Where it lies below the store's root.
    pub location: String,
    pub created: DateTime<Utc>,
    /// When a commit, the card or the visibility last changed.
    pub updated: DateTime<Utc>,
    pub deleted: Option<DateTime<Utc>>,
    /// Rows at the head of the default branch.
    pub rows: u64,
    /// Bytes at the head of the default branch.
    pub bytes: u64,
}

/// The columns of a [`DatasetInfo`], for `SELECT` and `RETURNING`.
pub(super) const COLUMNS: &str = "uuid, namespace, name, visibility, summary, default_branch, location, created, updated, \
                       deleted, rows, bytes";

impl Record for DatasetInfo {
    fn read(row: &Row) -> Result<Self> {
        let name = format!("{}/{}", row.get::<String>("namespace")?, row.get::<String>("name")?);
        Ok(Self {
            uuid: row.parse("uuid")?,
            name: name.parse().map_err(|_| Error::Damaged { column: "name", found: name })?,
            visibility: row.parse("visibility")?,
            summary: row.get("summary")?,
            default_branch: row.parse("default_branch")?,
            location: row.get("location")?,
            created: row.time("created")?,
            updated: row.time("updated")?,
            deleted: row.time_optional("deleted")?,
            rows: row.count("rows")?,
            bytes: row.count("bytes")?,
        })
    }
}
