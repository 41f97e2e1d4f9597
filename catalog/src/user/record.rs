//! A user, without the password.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The id, which is never reused, unlike the name.
    pub id: UserId,
    pub name: String,
    /// Owner of the whole hub: may do anything.
    pub admin: bool,
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
