//! People and programs that sign in.
//!
//! A new user owns the namespace of the same name. Names are told apart without regard to case ("Ada" can't be
//! taken for "ada"), passwords are optional (a user may have tokens only), and the hub's last owner can't be
//! removed or demoted.

mod create;
mod find;
mod password;
mod remove;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::UserId;

pub(crate) use create::insert;

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

/// A user to be made.
#[derive(Clone)]
pub struct NewUser {
    /// The name; also that of the user's own namespace.
    pub name: String,
    /// None: the user has tokens only.
    pub password: Option<String>,
    /// Owner of the whole hub.
    pub admin: bool,
}

impl NewUser {
    /// A user without a password.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), password: None, admin: false }
    }

    /// With a password.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// As an owner of the whole hub.
    pub fn admin(mut self) -> Self {
        self.admin = true;
        self
    }
}
