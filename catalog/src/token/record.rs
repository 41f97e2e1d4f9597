//! A token, what it may be used for, and for whom.

use chrono::{DateTime, Utc};
use hub_schema::Scope;
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
    pub id: TokenId,
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// If set: good in this namespace only.
    pub namespace: Option<String>,
    pub created: DateTime<Utc>,
    /// When it expires; `None` for never.
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

/// Who a token speaks for, and what it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub user: User,
    pub token: Token,
}
