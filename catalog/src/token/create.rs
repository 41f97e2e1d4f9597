//! Making, listing and revoking tokens.

use chrono::{DateTime, Utc};

use super::record::PREFIX;
use super::{Scope, Token};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::ids::{TokenId, UserId};
use crate::secret::Secret;
use crate::text::is_deceptive;
use crate::time::now;

/// The longest name of a token, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// If set: good in this namespace only.
    pub namespace: Option<String>,
    /// When it expires; `None` for never.
    pub expires: Option<DateTime<Utc>>,
}

impl NewToken {
    /// A token for every namespace of its user, without end.
    pub fn new(name: impl Into<String>, scope: Scope) -> Self {
        Self { name: name.into(), scope, namespace: None, expires: None }
    }
}

impl Catalog {
    /// Makes a token for a user. The secret is given this once.
    pub async fn create_token(&self, user: UserId, new: &NewToken) -> Result<(Token, Secret)> {
        if new.name.is_empty() || new.name.len() > MAX_NAME_BYTES {
            let problem = format!("it has {} bytes; use 1 to {MAX_NAME_BYTES}", new.name.len());
            return Err(Error::invalid("token name", problem));
        }
        if new.name.chars().any(is_deceptive) {
            let problem =
                "it has line breaks or other invisible characters; use letters, digits and punctuation";
            return Err(Error::invalid("token name", problem));
        }
        if new.expires.is_some_and(|end| end <= now()) {
            return Err(Error::invalid("token expiry", "it lies in the past"));
        }
        self.user_by_id(user).await?;
        if let Some(namespace) = &new.namespace {
            self.namespace(namespace).await?;
        }
        let secret = Secret::draw(PREFIX)?;
        let token = self
            .db
            .write(
                "INSERT INTO tokens (id, user_id, name, hash, scope, namespace, created, expires)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 RETURNING id, user_id, name, scope, namespace, created, expires, last_used",
            )
            .bind(TokenId::draw())
            .bind(user)
            .bind(&new.name)
            .bind(secret.hash())
            .bind(new.scope)
            .bind(new.namespace.clone())
            .bind(now())
            .bind(new.expires)
            .first::<Token>()
            .await?;
        Ok((token.ok_or_else(|| Error::not_found("user", user))?, secret))
    }

    /// The tokens of a user, newest first.
    pub async fn tokens(&self, user: UserId) -> Result<Vec<Token>> {
        self.db
            .read(
                "SELECT id, user_id, name, scope, namespace, created, expires, last_used
                 FROM tokens WHERE user_id = $1 ORDER BY created DESC, id LIMIT 1000",
            )
            .bind(user)
            .all()
            .await
    }

    /// Ends a token of a user.
    pub async fn revoke_token(&self, user: UserId, token: TokenId) -> Result<()> {
        let revoked = self
            .db
            .write("DELETE FROM tokens WHERE id = $1 AND user_id = $2")
            .bind(token)
            .bind(user)
            .run()
            .await?;
        if revoked == 0 { Err(Error::not_found("token", token)) } else { Ok(()) }
    }
}
