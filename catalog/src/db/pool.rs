//! The connections to whichever engine there is.

use std::time::Duration;

use sqlx::{PgPool, SqlitePool};

use super::statement::{On, Sql, Statement};
use super::tx::Tx;
use crate::error::Result;

/// Which database the catalog is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A server that many hubs share.
    Postgres,
    /// A file of this machine.
    Sqlite,
}

/// The connections to the catalog's database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    Postgres { pool: PgPool, longest_query: Duration },
    Sqlite { readers: SqlitePool, writer: SqlitePool },
}

impl Db {
    pub fn engine(&self) -> Engine {
        match self {
            Self::Postgres { .. } => Engine::Postgres,
            Self::Sqlite { .. } => Engine::Sqlite,
        }
    }

    /// A query that changes nothing.
    pub fn read(&self, sql: impl Into<Sql>) -> Statement<'_> {
        let on = match self {
            Self::Postgres { pool, longest_query } => On::PostgresPool(pool, *longest_query),
            Self::Sqlite { readers, .. } => On::SqlitePool(readers),
        };
        Statement::new(on, sql.into())
    }

    /// A query that may change something, a transaction of its own.
    pub fn write(&self, sql: impl Into<Sql>) -> Statement<'_> {
        let on = match self {
            Self::Postgres { pool, longest_query } => On::PostgresPool(pool, *longest_query),
            Self::Sqlite { writer, .. } => On::SqlitePool(writer),
        };
        Statement::new(on, sql.into())
    }

    /// Begins a transaction that changes something. On SQLite it has the write lock from here on.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Postgres { pool, longest_query } => {
                Tx::Postgres { tx: pool.begin().await?, longest_query: *longest_query }
            }
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        })
    }

    /// Ends all connections; what comes later fails.
    pub async fn close(&self) {
        match self {
            Self::Postgres { pool, .. } => pool.close().await,
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}
