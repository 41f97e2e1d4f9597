//! Tokens: what programs sign in with.
//!
//! `hub_` and 256 random bits, shown once when made. A token can do no more than its user, and less if its
//! scope or namespace says so; it may run out. When it was last used is noted at most once a minute, so that a
//! busy client costs no write a request.

mod create;
mod verify;

use chrono::{DateTime, Utc};
pub use hub_schema::Scope;
use serde::Serialize;

use crate::db::{Record, Row};
use crate::error::Result;
use crate::ids::{TokenId, UserId};
use crate::user::User;

/// What every token begins with, so that scanners find one that leaked.
pub(crate) const PREFIX: &str = "hub_";

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Names it.
    pub id: TokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// If set: good in this namespace only.
    pub namespace: Option<String>,
    /// Since when.
    pub created: DateTime<Utc>,
    /// Until when.
    pub expires: Option<DateTime<Utc>>,
    /// When it was last used, to a minute.
    pub last_used: Option<DateTime<Utc>>,
}

impl Record for Token {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.parse("id")?,
            user_id: row.parse("user_id")?,
            name: row.get("name")?,
            scope: row.parse("scope")?,
            namespace: row.get("namespace")?,
            created: row.time("created")?,
            expires: row.time_optional("expires")?,
            last_used: row.time_optional("last_used")?,
        })
    }
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// If set: good in this namespace only.
    pub namespace: Option<String>,
    /// Until when.
    pub expires: Option<DateTime<Utc>>,
}

impl NewToken {
    /// A token for every namespace of its user, without end.
    pub fn new(name: impl Into<String>, scope: Scope) -> Self {
        Self { name: name.into(), scope, namespace: None, expires: None }
    }
}

/// Who a token speaks for, and what it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The user.
    pub user: User,
    /// The token.
    pub token: Token,
}
