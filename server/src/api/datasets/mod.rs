//! Data sets: what they are called, who may see them, what is said of them.

mod create;
mod delete;
mod gc;
mod get;
mod list;
mod rename;
mod restore;
mod update;

use chrono::{DateTime, Utc};
use hub_catalog::DatasetInfo;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use create::*;
pub use delete::*;
pub use gc::*;
pub use get::*;
pub use list::*;
pub use rename::*;
pub use restore::*;
pub use update::*;

/// A data set, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatasetView {
    /// The id, for life.
    #[schema(value_type = String, format = "uuid")]
    pub uuid: Uuid,
    /// `namespace/name`.
    pub name: String,
    /// `public` or `private`.
    pub visibility: String,
    /// The card's first words.
    pub summary: String,
    /// The branch that is meant where none is named.
    pub default_branch: String,
    /// Rows at the head of the default branch.
    pub rows: u64,
    /// Bytes at the head of the default branch.
    pub size_bytes: u64,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub created: DateTime<Utc>,
    /// When a commit, the card or the visibility last changed.
    #[schema(value_type = String, format = "date-time")]
    pub updated: DateTime<Utc>,
    /// When it was deleted; it can be brought back for a while.
    #[schema(value_type = Option<String>, format = "date-time")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<DateTime<Utc>>,
}

impl From<DatasetInfo> for DatasetView {
    fn from(info: DatasetInfo) -> Self {
        Self {
            uuid: info.uuid,
            name: info.name.to_string(),
            visibility: info.visibility.to_string(),
            summary: info.summary,
            default_branch: info.default_branch.to_string(),
            rows: info.rows,
            size_bytes: info.bytes,
            created: info.created,
            updated: info.updated,
            deleted: info.deleted,
        }
    }
}
