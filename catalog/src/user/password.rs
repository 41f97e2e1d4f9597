//! Passwords: argon2id with OWASP's parameters (19 MiB, two passes, one lane), on threads of their own.
//!
//! An unknown name costs the same work as a wrong password, so that the response time doesn't reveal which accounts
//! exist. No more passwords are hashed at once than there are cores; the others wait.

use std::sync::OnceLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::TryRngCore;
use rand::rngs::OsRng;

use super::User;
use crate::catalog::Catalog;
use crate::db::{Record, Row};
use crate::error::{Error, Result};
use crate::ids::{TokenId, UserId};
use crate::token::Token;

/// OWASP's first choice for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: usize = 16;
/// The shortest password, in characters (NIST SP 800-63B).
const MIN_PASSWORD_CHARS: usize = 8;
/// The longest, in bytes: long enough for any phrase, short enough to hash.
const MAX_PASSWORD_BYTES: usize = 1024;

/// The access to an account that ended with a change of its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedAccess {
    /// The number of sessions, those that had run out included.
    pub sessions: u64,
    /// The tokens, by name.
    pub tokens: Vec<Token>,
}

struct Login {
    user: User,
    password: Option<String>,
}

impl Record for Login {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self { user: User::read(row)?, password: row.get("password")? })
    }
}

impl Catalog {
    /// Checks a name and a password. An unknown name, a user without a password and a wrong password take the
    /// same time and give the same error.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn log_in(&self, name: &str, password: &str) -> Result<User> {
        let found = self
            .db
            .read("SELECT id, name, admin, created, password FROM users WHERE lower(name) = $1")
            .bind(name.to_ascii_lowercase())
            .first::<Login>()
            .await?;
        let (user, stored) = found.map_or((None, None), |login| (Some(login.user), login.password));
        let known = stored.is_some();
        let given = password.to_owned();
        let right = self.on_a_thread(move || verify(&given, stored)).await?;
        user.filter(|_| known && right).ok_or(Error::Denied)
    }

    /// Gives a user another password, and ends all of the user's sessions and tokens but `kept`, the token by which the
    /// change was requested. Without a password the user can use tokens only, and keeps them.
    pub async fn set_password(
        &self,
        user: UserId,
        password: Option<&str>,
        kept: Option<TokenId>,
    ) -> Result<EndedAccess> {
        let hash = match password {
            Some(password) => Some(self.hash_password(password).await?),
            None => None,
        };
        let mut tx = self.db.begin().await?;
        let set = tx.sql("UPDATE users SET password = $2 WHERE id = $1").bind(user).bind(hash).run().await?;
        if set == 0 {
            return Err(Error::not_found("user", user));
        }
        let sessions = tx.sql("DELETE FROM sessions WHERE user_id = $1").bind(user).run().await?;
        let mut tokens = Vec::new();
        if password.is_some() {
            tokens = tx
                .sql(
                    "DELETE FROM tokens WHERE user_id = $1 AND ($2 IS NULL OR id <> $2)
                     RETURNING id, user_id, name, scope, namespace, created, expires, last_used",
                )
                .bind(user)
                .bind(kept)
                .all::<Token>()
                .await?;
        }
        tx.commit().await?;
        tokens.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(EndedAccess { sessions, tokens })
    }

    pub(crate) async fn hash_password(&self, password: &str) -> Result<String> {
        check(password)?;
        let password = password.to_owned();
        self.on_a_thread(move || hash(&password)).await?
    }

    async fn on_a_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let failed = |e: String| Error::Hashing(e);
        // The permit goes with the work: a caller who gives up doesn't make room for another.
        let permit = self.hashing.clone().acquire_owned().await.map_err(|e| failed(e.to_string()))?;
        let work = move || {
            let _permit = permit;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| failed(e.to_string()))
    }
}

fn check(password: &str) -> Result<()> {
    let problem = if password.chars().count() < MIN_PASSWORD_CHARS {
        format!("it is too short; use at least {MIN_PASSWORD_CHARS} characters")
    } else if password.len() > MAX_PASSWORD_BYTES {
        format!("it is too long; use at most {MAX_PASSWORD_BYTES} bytes")
    } else {
        return Ok(());
    };
    Err(Error::invalid("password", problem))
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|e| Error::Hashing(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String> {
    let mut salt = [0; SALT];
    OsRng.try_fill_bytes(&mut salt).map_err(|e| Error::Hashing(e.to_string()))?;
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| Error::Hashing(e.to_string()))?;
    Ok(hash.to_string())
}

/// Is it the password? Does the same work, and says no, where none is stored.
fn verify(password: &str, stored: Option<String>) -> bool {
    static DUMMY_HASH: OnceLock<Option<String>> = OnceLock::new();
    if password.len() > MAX_PASSWORD_BYTES {
        return false;
    }
    let Some(stored) = stored.or_else(|| DUMMY_HASH.get_or_init(|| hash("nobody has this one").ok()).clone())
    else {
        return false;
    };
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), stored.as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_names_its_parameters_and_fits_its_password_only() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse", Some(stored.clone())));
        assert!(!verify("correct horsf", Some(stored)));
        assert!(!verify("anything", None));
        assert!(!verify("anything", Some("no hash".into())));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(check("1234567").is_err());
        assert!(check(&"x".repeat(MAX_PASSWORD_BYTES + 1)).is_err());
        assert!(check("éééééééé").is_ok());
    }
}
