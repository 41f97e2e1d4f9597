//! Finds users.

use super::User;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::page::{Page, decode, page_length};

impl Catalog {
    /// The user of a name, in any case.
    pub async fn user(&self, name: &str) -> Result<User> {
        let user = self
            .db
            .read("SELECT id, name, admin, created FROM users WHERE lower(name) = $1")
            .bind(name.to_ascii_lowercase())
            .first()
            .await?;
        user.ok_or_else(|| Error::not_found("user", name))
    }

    /// The user of an id.
    pub async fn user_by_id(&self, id: UserId) -> Result<User> {
        let user =
            self.db.read("SELECT id, name, admin, created FROM users WHERE id = $1").bind(id).first().await?;
        user.ok_or_else(|| Error::not_found("user", id))
    }

    /// All users by name, a page at a time.
    pub async fn users(&self, cursor: Option<&str>, limit: u32) -> Result<Page<User>> {
        let limit = page_length(limit);
        let after: String = decode(cursor)?.unwrap_or_default();
        let users = self
            .db
            .read("SELECT id, name, admin, created FROM users WHERE name > $1 ORDER BY name LIMIT $2")
            .bind(after)
            .bind(i64::from(limit) + 1)
            .all::<User>()
            .await?;
        Ok(Page::of(users, limit, |user| user.name.clone()))
    }

    /// Does the hub have an owner yet?
    pub async fn has_owner(&self) -> Result<bool> {
        let owner = self.db.read("SELECT 1 AS one FROM users WHERE admin LIMIT 1").row().await?;
        Ok(owner.is_some())
    }
}
