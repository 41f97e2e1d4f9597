//! Namespaces, and who may do what in them.

mod create;
mod members;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::UserId;
use crate::words::words;

pub(crate) use create::{has_members, insert};
pub(crate) use members::put_member;

words!(
    /// What a user may do in a namespace; each may do what the ones before it may.
    Role {
        /// Read its private data sets.
        Reader = "reader",
        /// Push and commit.
        Writer = "writer",
        /// Change, rename and delete data sets, and manage the members.
        Owner = "owner",
    }
);

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
