//! The first owner: a one-time link that is printed where the hub was started.
//!
//! While the hub has no owner, each start gives a link of its own (several servers may start at once), good for
//! a day. The first that is used makes the owner; with that all of them end.

use chrono::TimeDelta;

use crate::catalog::Catalog;
use crate::db::Sql;
use crate::error::{Error, Result};
use crate::secret::{Secret, hash_given};
use crate::time::now;
use crate::user::{self, NewUser, User};

/// What the secret in a link begins with.
const PREFIX: &str = "setup_";
/// How long a link is good.
const LIFETIME: TimeDelta = TimeDelta::days(1);

impl Catalog {
    /// The secret for a one-time link; none if the hub has an owner.
    pub async fn setup_link(&self) -> Result<Option<Secret>> {
        if self.has_owner().await? {
            return Ok(None);
        }
        let secret = Secret::draw(PREFIX)?;
        let now = now();
        let mut tx = self.db.begin().await?;
        tx.sql("DELETE FROM setup_links WHERE expires <= $1").bind(now).run().await?;
        tx.sql("INSERT INTO setup_links (hash, expires) VALUES ($1, $2)")
            .bind(secret.hash())
            .bind(now + LIFETIME)
            .run()
            .await?;
        tx.commit().await?;
        Ok(Some(secret))
    }

    /// Is the link valid? For the page with the form for a name and a password.
    pub async fn check_setup(&self, secret: &str) -> Result<()> {
        let hash = hash_given(PREFIX, secret)?;
        let found = self
            .db
            .read(
                "SELECT 1 AS one FROM setup_links
                 WHERE hash = $1 AND expires > $2 AND NOT EXISTS (SELECT 1 FROM users WHERE admin)",
            )
            .bind(hash)
            .bind(now())
            .row();
        found.await?.map(drop).ok_or(Error::Denied)
    }

    /// Makes the first owner. Of two who use links at once, one is denied.
    ///
    /// # Errors
    /// [`Error::Denied`] for a wrong or used link; what [`Catalog::create_user`] refuses, without using up the
    /// link.
    pub async fn complete_setup(&self, secret: &str, owner: &NewUser) -> Result<User> {
        self.check_setup(secret).await?;
        let hash = hash_given(PREFIX, secret)?;
        let password = match &owner.password {
            Some(password) => Some(self.hash_password(password).await?),
            None => None,
        };
        let mut tx = self.db.begin().await?;
        let lock = Sql::Each { postgres: "LOCK TABLE setup_links IN EXCLUSIVE MODE", sqlite: "SELECT 1" };
        tx.sql(lock).run().await?;
        let link = tx.sql("DELETE FROM setup_links WHERE hash = $1 AND expires > $2").bind(hash).bind(now());
        if link.run().await? == 0 {
            return Err(Error::Denied);
        }
        tx.sql("DELETE FROM setup_links").run().await?;
        let owner = user::insert(&mut tx, &owner.name, password, true).await?;
        tx.commit().await?;
        Ok(owner)
    }
}
