//! From an address to connections.
//!
//! An SQLite file is opened in WAL mode, so that a server and the command line can use it side by side: readers
//! see the last commit, writers wait for each other. `synchronous` is full: a token that was shown or a claim
//! that was won must survive a loss of power.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::Db;
use crate::catalog::Options;
use crate::error::{Error, Result};

/// How long a writer waits for another process that writes to the same SQLite file.
const BUSY: Duration = Duration::from_secs(10);
/// Connections that read an SQLite file.
const SQLITE_READERS: u32 = 4;

impl Db {
    /// Connects. A PostgreSQL server must answer; an SQLite file is made if there is none.
    pub async fn connect(url: &str, options: &Options) -> Result<Self> {
        let scheme = url.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        match scheme.as_ref().map(|(scheme, rest)| (scheme.as_str(), *rest)) {
            Some(("postgres" | "postgresql", _)) => postgres(url, options).await,
            Some(("sqlite", path)) => sqlite(url, path, options).await,
            Some((other, _)) => Err(wrong(url, format!("'{other}' is an unknown kind of database"))),
            None => Err(wrong(url, "it names no kind of database")),
        }
    }
}

async fn postgres(url: &str, options: &Options) -> Result<Db> {
    let connect = PgConnectOptions::from_str(url).map_err(|e| wrong(url, e.to_string()))?;
    reach(url, &connect, options.patience).await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(options.patience)
        .connect_with(connect.application_name("imagehub"))
        .await?;
    Ok(Db::Postgres { pool, longest_query: options.longest_query })
}

/// Tries one connection: a pool would only say that it waited in vain.
async fn reach(url: &str, connect: &PgConnectOptions, patience: Duration) -> Result<()> {
    let problem = match tokio::time::timeout(patience, connect.connect()).await {
        Ok(Ok(connection)) => return Ok(connection.close().await?),
        Ok(Err(sqlx::Error::Database(refused))) => refused.message().to_owned(),
        Ok(Err(sqlx::Error::Io(error))) => error.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} seconds", patience.as_secs_f32()),
    };
    Err(Error::Unreachable { url: without_password(url), problem })
}

async fn sqlite(url: &str, path: &str, options: &Options) -> Result<Db> {
    if path.is_empty() || path.starts_with(':') {
        return Err(wrong(url, "it names no file"));
    }
    let path = PathBuf::from(path);
    make_file(&path).map_err(|source| Error::Io { path: path.display().to_string(), source })?;
    let connect = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY);
    let pool = || SqlitePoolOptions::new().acquire_timeout(options.patience.max(BUSY));
    // The writer first: it switches an empty file to WAL. SQLite ends a transaction by itself where the disk is full,
    // and the driver, which doesn't know, would wait for the end for ever: such a connection is replaced.
    let writer = pool().max_connections(1).before_acquire(|connection, _| {
        let is_free = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_free) })
    });
    let writer = writer.connect_with(connect.clone()).await?;
    let readers = options.connections.clamp(1, SQLITE_READERS);
    let readers = pool().max_connections(readers).connect_with(connect).await?;
    Ok(Db::Sqlite { readers, writer })
}

/// Makes the file, for its owner's eyes only: it holds hashes of passwords and tokens.
fn make_file(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn wrong(url: &str, problem: impl Into<String>) -> Error {
    Error::Url { url: without_password(url), problem: problem.into() }
}

/// The address as it may be shown.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // The last @ before the path: a password may hold one.
    let end = rest.find('/').unwrap_or(rest.len());
    let Some((login, host)) = rest[..end].rsplit_once('@') else { return url.to_owned() };
    let user = login.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for (url, shown) in [
            ("postgres://hub:se:c@ret@db/hub", "postgres://hub@db/hub"),
            ("postgres://db/hub", "postgres://db/hub"),
            ("sqlite:///a@b/catalog.db", "sqlite:///a@b/catalog.db"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
