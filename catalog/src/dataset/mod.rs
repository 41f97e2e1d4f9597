//! Data sets as the hub knows them: names, visibility, cards, and where each lies in the store.
//!
//! The catalog decides names and places; the objects are `hub_dataset`'s. A deleted data set keeps its place
//! and its objects until it is purged after the grace time, but its name is free at once.

mod create;
mod delete;
mod get;
mod list;
mod text;
mod update;
mod viewer;

use chrono::{DateTime, Utc};
use hub_schema::{BranchName, DatasetName, Visibility};
use serde::Serialize;
use uuid::Uuid;

use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::namespace::Role;

pub(crate) use create::insert;
pub use list::{ListQuery, Sort};
pub(crate) use text::{search_text, summary};
pub use viewer::Viewer;

/// A data set, without its card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatasetInfo {
    /// As in its `hub.json`.
    pub uuid: Uuid,
    /// By what it is known.
    pub name: DatasetName,
    /// Who may see it.
    pub visibility: Visibility,
    /// The card's first words.
    pub summary: String,
    /// The branch that is shown where none is named.
    pub default_branch: BranchName,
    /// Where it lies below the store's root.
    pub location: String,
    /// Since when.
    pub created: DateTime<Utc>,
    /// When a commit, the card or the visibility last changed.
    pub updated: DateTime<Utc>,
    /// When it was deleted.
    pub deleted: Option<DateTime<Utc>>,
    /// Rows at the head of the default branch.
    pub rows: u64,
    /// Bytes at the head of the default branch.
    pub bytes: u64,
}

/// The columns of a [`DatasetInfo`], for `SELECT` and `RETURNING`.
const COLUMNS: &str = "uuid, namespace, name, visibility, summary, default_branch, location, created, updated, \
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

/// A data set that a viewer may see, and what the viewer may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The data set.
    pub dataset: DatasetInfo,
    /// None: look at it, because it is public.
    pub role: Option<Role>,
}

/// A data set to be made known.
#[derive(Clone, Debug)]
pub struct NewDataset {
    /// As in its `hub.json`.
    pub uuid: Uuid,
    /// By what it is to be known; the namespace must be there.
    pub name: DatasetName,
    /// Who may see it.
    pub visibility: Visibility,
    /// Markdown with YAML front matter.
    pub card: String,
    /// The branch that is shown where none is named.
    pub default_branch: BranchName,
    /// Where it lies below the store's root, see [`Catalog::free_location`](crate::Catalog::free_location).
    pub location: String,
    /// Since when.
    pub created: DateTime<Utc>,
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
            created: crate::time::now(),
            name,
        }
    }
}

/// What to change; none leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct DatasetChange {
    /// Who may see it.
    pub visibility: Option<Visibility>,
    /// The card.
    pub card: Option<String>,
    /// The branch that is shown where none is named.
    pub default_branch: Option<BranchName>,
}
