//! Verifies the secret of a token.

use chrono::{DateTime, TimeDelta, Utc};

use super::record::PREFIX;
use super::{Access, Token};
use crate::catalog::Catalog;
use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::secret::{hash_given, same};
use crate::time::now;
use crate::user::User;

/// The resolution of the time of last use.
const LAST_USED: TimeDelta = TimeDelta::minutes(1);

struct Found {
    access: Access,
    hash: String,
}

impl Record for Found {
    fn read(row: &Row) -> Result<Self> {
        let token = Token::read(row)?;
        let user = User {
            id: token.user_id,
            name: row.get("user_name")?,
            admin: row.get("admin")?,
            created: row.time("user_created")?,
        };
        Ok(Self { access: Access { user, token }, hash: row.get("hash")? })
    }
}

impl Catalog {
    /// The user of a token, and what the token may be used for.
    ///
    /// # Errors
    /// [`Error::Denied`] for one that never was, was revoked, or has run out.
    pub async fn verify_token(&self, secret: &str) -> Result<Access> {
        let hash = hash_given(PREFIX, secret)?;
        let found = self
            .db
            .read(
                "SELECT t.id, t.user_id, t.name, t.scope, t.namespace, t.created, t.expires, t.last_used,
                        t.hash, u.name AS user_name, u.admin, u.created AS user_created
                 FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1",
            )
            .bind(&hash)
            .first::<Found>()
            .await?;
        let now = now();
        let good = |found: &Found| {
            same(&found.hash, &hash) && found.access.token.expires.is_none_or(|end| end > now)
        };
        let access = found.filter(good).ok_or(Error::Denied)?.access;
        self.note_use(&access.token, now).await;
        Ok(access)
    }

    /// Records the time of last use; a failure (a read-only replica, a busy file) is ignored, so that requests still
    /// succeed.
    async fn note_use(&self, token: &Token, now: DateTime<Utc>) {
        if token.last_used.is_some_and(|last| now - last < LAST_USED) {
            return;
        }
        let noted = self
            .db
            .write(
                "UPDATE tokens SET last_used = $2
                 WHERE id = $1 AND (last_used IS NULL OR last_used <= $3)",
            )
            .bind(token.id)
            .bind(now)
            .bind(now - LAST_USED)
            .run()
            .await;
        if let Err(error) = noted {
            tracing::warn!(token = %token.id, %error, "the last use of a token could not be noted");
        }
    }
}
