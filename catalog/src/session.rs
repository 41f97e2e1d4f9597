//! Sessions: what a browser's cookie stands for. Stored hashed; each ends by itself, on logging out, and with a
//! change of password.

use chrono::{DateTime, TimeDelta, Utc};

use crate::catalog::Catalog;
use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::secret::{Secret, hash_given, same};
use crate::time::now;
use crate::user::User;

/// What a session's secret begins with: it can't be taken for a token.
const PREFIX: &str = "hubs_";
const MAX_LIFETIME: TimeDelta = TimeDelta::days(366);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub user: User,
    pub created: DateTime<Utc>,
    pub expires: DateTime<Utc>,
}

struct Found {
    session: Session,
    hash: String,
}

impl Record for Found {
    fn read(row: &Row) -> Result<Self> {
        let session = Session {
            user: User::read(row)?,
            created: row.time("session_created")?,
            expires: row.time("expires")?,
        };
        Ok(Self { session, hash: row.get("hash")? })
    }
}

impl Catalog {
    /// Begins a session; the secret goes into the cookie. Those that ran out are swept.
    pub async fn create_session(&self, user: UserId, lifetime: TimeDelta) -> Result<Secret> {
        let secret = Secret::draw(PREFIX)?;
        let now = now();
        let mut tx = self.db.begin().await?;
        tx.sql("DELETE FROM sessions WHERE expires <= $1").bind(now).run().await?;
        let made = tx
            .sql(
                "INSERT INTO sessions (hash, user_id, created, expires)
                 SELECT $1, id, $3, $4 FROM users WHERE id = $2",
            )
            .bind(secret.hash())
            .bind(user)
            .bind(now)
            .bind(now + lifetime.clamp(TimeDelta::zero(), MAX_LIFETIME))
            .run()
            .await?;
        if made == 0 {
            return Err(Error::not_found("user", user));
        }
        tx.commit().await?;
        Ok(secret)
    }

    /// The session and user of a cookie's secret.
    ///
    /// # Errors
    /// [`Error::Denied`] for one that never was or has ended.
    pub async fn verify_session(&self, secret: &str) -> Result<Session> {
        let hash = hash_given(PREFIX, secret)?;
        let found = self
            .db
            .read(
                "SELECT u.id, u.name, u.admin, u.created, s.created AS session_created, s.expires, s.hash
                 FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1",
            )
            .bind(&hash)
            .first::<Found>()
            .await?;
        let good = |found: &Found| same(&found.hash, &hash) && found.session.expires > now();
        Ok(found.filter(good).ok_or(Error::Denied)?.session)
    }

    /// Ends a session; that it has ended already is fine.
    pub async fn end_session(&self, secret: &str) -> Result<()> {
        let Ok(hash) = hash_given(PREFIX, secret) else { return Ok(()) };
        self.db.write("DELETE FROM sessions WHERE hash = $1").bind(hash).run().await.map(drop)
    }
}
