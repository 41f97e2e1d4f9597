//! The stored tokens of servers.
//!
//! They are in one JSON file in the user's configuration directory, readable by the user alone. `HUB_TOKEN` takes
//! precedence, for machines without a home directory; where `HUB_URL` names a server, that token is sent to this
//! server only.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use hub_dataset::store::{Access, replace_file};
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::error::{Error, Result};

/// A longer file is not a credentials file.
const FILE_BYTES: u64 = 1024 * 1024;

/// A token: a secret, which its `Debug` output hides.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// The token in a text, without the white space around it; `None` unless it is 1 to 512 printable ASCII
    /// characters without spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.len() <= 512 && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The secret text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A stored login at a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The token that requests are sent with.
    pub token: Token,
    /// The name of the token's user; empty where it is unknown.
    #[serde(default)]
    pub user: String,
}

/// The credentials file: the logins by server address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    path: PathBuf,
    logins: BTreeMap<String, Login>,
}

#[derive(Default, Serialize, Deserialize)]
struct File {
    servers: BTreeMap<String, Login>,
}

impl Credentials {
    /// Reads `imagehub/credentials.json` in the user's configuration directory; no logins if it doesn't exist.
    ///
    /// # Errors
    /// The file can't be read, is not a credentials file, or other users may read it.
    pub fn load() -> Result<Self> {
        let Some(directory) = dirs::config_dir() else {
            let problem = "the user's home directory is unknown; set HUB_TOKEN instead".to_owned();
            return Err(Error::Credentials { path: "credentials".to_owned(), problem });
        };
        Self::at(directory.join("imagehub").join("credentials.json"))
    }

    /// Reads the logins in a file; no logins if it doesn't exist.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn at(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let fail = |problem: String| Error::Credentials { path: path.display().to_string(), problem };
        let meta = match std::fs::metadata(&path) {
            Ok(meta) => meta,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Self { path, logins: BTreeMap::new() }),
            Err(e) => return Err(fail(format!("can't be read: {e}"))),
        };
        check_mode(&meta).map_err(fail)?;
        if meta.len() > FILE_BYTES {
            return Err(fail("too long for a credentials file; remove it and log in again".to_owned()));
        }
        let json = std::fs::read(&path).map_err(|e| fail(format!("can't be read: {e}")))?;
        let file: File = serde_json::from_slice(&json).map_err(|e| {
            fail(format!("not a readable credentials file ({e}); remove it and log in again"))
        })?;
        Ok(Self { path, logins: file.servers })
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The login at a server.
    pub fn get(&self, server: &Address) -> Option<&Login> {
        self.logins.get(&server.to_string())
    }

    /// The servers, with their logins.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Login)> {
        self.logins.iter().map(|(server, login)| (server.as_str(), login))
    }

    /// Stores a login, in place of an earlier one at that server.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn put(&mut self, server: &Address, login: Login) -> Result<()> {
        self.logins.insert(server.to_string(), login);
        self.write()
    }

    /// Removes a login; false if there was none.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn remove(&mut self, server: &Address) -> Result<bool> {
        let was = self.logins.remove(&server.to_string()).is_some();
        if was {
            self.write()?;
        }
        Ok(was)
    }

    /// Writes another file and renames it: a reader sees the old content or the new one.
    fn write(&self) -> Result<()> {
        let fail = |problem: String| Error::Credentials { path: self.path.display().to_string(), problem };
        let json = serde_json::to_vec_pretty(&File { servers: self.logins.clone() })
            .map_err(|e| fail(format!("can't be made: {e}")))?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let written = std::fs::create_dir_all(folder).and_then(|()| {
            replace_file(&self.path, Access::Owner, |file| {
                file.write_all(&json)?;
                file.write_all(b"\n")?;
                file.sync_all()
            })
        });
        written.map_err(|e| fail(format!("can't be written: {e}")))
    }
}

#[cfg(unix)]
fn check_mode(meta: &std::fs::Metadata) -> std::result::Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(format!(
        "other users may read the tokens in it (mode {mode:o}); chmod 600 it, and revoke tokens that may be known"
    ))
}

#[cfg(not(unix))]
fn check_mode(_: &std::fs::Metadata) -> std::result::Result<(), String> {
    Ok(())
}

/// The token for a server: `HUB_TOKEN`, else the one that `hub login` stored; `None` without either.
///
/// # Errors
/// `HUB_TOKEN` is not a token, or the credentials file can't be read.
pub fn token_for(server: &Address) -> Result<Option<Token>> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(token) = set("HUB_TOKEN") {
        let own = set("HUB_URL").and_then(|url| url.parse::<Address>().ok());
        if own.is_none_or(|own| own == *server) {
            let token = Token::parse(&token);
            return token.map(Some).ok_or_else(|| Error::Credentials {
                path: "HUB_TOKEN".to_owned(),
                problem: "not a token: expected at most 512 printable ASCII characters without spaces"
                    .to_owned(),
            });
        }
    }
    if dirs::config_dir().is_none() {
        return Ok(None);
    }
    Ok(Credentials::load()?.get(server).map(|login| login.token.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_kept_for_the_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/credentials.json");
        let server: Address = "http://hub.example:3000".parse().unwrap();
        let mut kept = Credentials::at(&path).unwrap();
        assert_eq!(kept.get(&server), None);
        let login = Login { token: Token::parse(" hub_x\n").unwrap(), user: "ada".into() };
        kept.put(&server, login.clone()).unwrap();
        assert_eq!(Credentials::at(&path).unwrap().get(&server), Some(&login));
        assert_eq!(format!("{login:?}"), r#"Login { token: Token(…), user: "ada" }"#);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(Credentials::at(&path).unwrap_err().to_string().contains("chmod 600"));
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        assert!(kept.remove(&server).unwrap());
        assert!(!kept.remove(&server).unwrap());
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        std::fs::write(&path, "{").unwrap();
        assert!(Credentials::at(&path).unwrap_err().to_string().contains("log in again"));
    }

    #[test]
    fn tokens_are_one_word() {
        assert!(Token::parse("a b").is_none());
        assert!(Token::parse(" ").is_none());
        assert!(Token::parse("hub_\r\nX-Evil: 1").is_none());
    }
}
