//! One way to ask two engines.
//!
//! In comes SQL with `$1`, `$2`, … and values; out come rows. [`Db`] is the pool of whichever engine the
//! address names, [`Statement`] one query with its values, [`Tx`] a transaction, [`Row`] a row that gives its
//! columns by name. A query that only looks begins with [`Db::read`], any other with [`Db::write`]: SQLite
//! allows one writer at a time, so its writers wait in line for one connection instead of fighting over the
//! file's lock, and readers never wait.
//!
//! Why not sqlx's `Any`: it knows neither `$1` on both engines nor what a transaction must begin with. Why not
//! generics over `sqlx::Database`: every function would carry a dozen bounds.

mod connect;
pub(crate) mod migrations;
mod row;
mod statement;
mod tx;
mod value;

use std::time::Duration;

use sqlx::{PgPool, SqlitePool};

pub(crate) use row::{Record, Row};
pub(crate) use statement::{Sql, Statement};
pub(crate) use tx::Tx;
pub(crate) use value::Value;

use crate::error::Result;
use statement::On;

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
