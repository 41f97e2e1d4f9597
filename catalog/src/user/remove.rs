//! Removing users, and giving or taking the ownership of the hub. Either leaves an owner behind.

use super::User;
use crate::catalog::Catalog;
use crate::db::{Sql, Tx};
use crate::error::{Error, Result};

impl Catalog {
    /// Removes a user with tokens, sessions and memberships. Namespaces and data sets stay: with their other owners, or
    /// without any for the owners of the hub to give to someone.
    pub async fn remove_user(&self, name: &str) -> Result<User> {
        let mut tx = self.db.begin().await?;
        let user = lock_user(&mut tx, name).await?;
        if user.admin {
            leave_an_owner(&mut tx, &user).await?;
        }
        tx.sql("DELETE FROM users WHERE id = $1").bind(user.id).run().await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Makes a user an owner of the whole hub, or no longer one.
    pub async fn set_admin(&self, name: &str, admin: bool) -> Result<User> {
        let mut tx = self.db.begin().await?;
        let mut user = lock_user(&mut tx, name).await?;
        if user.admin && !admin {
            leave_an_owner(&mut tx, &user).await?;
        }
        tx.sql("UPDATE users SET admin = $2 WHERE id = $1").bind(user.id).bind(admin).run().await?;
        tx.commit().await?;
        user.admin = admin;
        Ok(user)
    }
}

/// Finds a user and keeps all owners as they are until the transaction ends: two owners who remove each other
/// at once wait for each other here.
async fn lock_user(tx: &mut Tx, name: &str) -> Result<User> {
    let lock = Sql::Each {
        postgres: "SELECT id FROM users WHERE admin ORDER BY id FOR UPDATE",
        sqlite: "SELECT id FROM users WHERE admin LIMIT 1",
    };
    tx.sql(lock).run().await?;
    let user = tx
        .sql("SELECT id, name, admin, created FROM users WHERE lower(name) = $1")
        .bind(name.to_ascii_lowercase())
        .first()
        .await?;
    user.ok_or_else(|| Error::not_found("user", name))
}

async fn leave_an_owner(tx: &mut Tx, user: &User) -> Result<()> {
    let other = tx.sql("SELECT 1 AS one FROM users WHERE admin AND id <> $1 LIMIT 1").bind(user.id).row();
    match other.await? {
        Some(_) => Ok(()),
        None => Err(Error::LastOwner { name: user.name.clone() }),
    }
}
