//! Namespaces, and who may do what in them.

mod create;
mod members;

use chrono::{DateTime, Utc};
pub use hub_schema::Role;
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::UserId;

pub(crate) use create::{has_members, insert};
pub(crate) use members::put_member;

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Since when.
    pub created: DateTime<Utc>,
}

impl Record for Namespace {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self { name: row.get("name")?, created: row.time("created")? })
    }
}

/// A member of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The namespace.
    pub namespace: String,
    /// The user's id.
    pub user_id: UserId,
    /// The user's name.
    pub user: String,
    /// What the user may do.
    pub role: Role,
}

impl Record for Member {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            namespace: row.get("namespace")?,
            user_id: row.parse("user_id")?,
            user: row.get("name")?,
            role: row.parse("role")?,
        })
    }
}
