//! A user as others see them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::UserId;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// For life.
    pub id: UserId,
    /// For people.
    pub name: String,
    /// Owner of the whole hub: may do anything.
    pub admin: bool,
    /// Since when.
    pub created: DateTime<Utc>,
}

impl Record for User {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parse("id")?,
            name: row.get("name")?,
            admin: row.get("admin")?,
            created: row.time("created")?,
        })
    }
}
