//! One query and its values, sent to whichever engine is there.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, SqliteConnection, SqlitePool};

use super::row::{Record, Row};
use super::value::{Value, for_postgres, for_sqlite};
use crate::error::Result;

/// SQL text. It is never made from what came in from outside: that goes through `$n`.
pub(crate) enum Sql {
    /// The same SQL for both engines.
    Shared(&'static str),
    /// A text for each engine.
    Each { postgres: &'static str, sqlite: &'static str },
    /// Put together from fixed pieces.
    Built(String),
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Shared(text)
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self::Built(text)
    }
}

impl Sql {
    fn for_postgres(self) -> AssertSqlSafe<String> {
        AssertSqlSafe(match self {
            Self::Shared(text) | Self::Each { postgres: text, .. } => text.to_owned(),
            Self::Built(text) => text,
        })
    }

    fn for_sqlite(self) -> AssertSqlSafe<String> {
        AssertSqlSafe(match self {
            Self::Shared(text) | Self::Each { sqlite: text, .. } => text.to_owned(),
            Self::Built(text) => text,
        })
    }
}

pub(super) enum On<'c> {
    PostgresPool(&'c PgPool, Duration),
    SqlitePool(&'c SqlitePool),
    Postgres(&'c mut PgConnection, Duration),
    Sqlite(&'c mut SqliteConnection),
}

/// A query and its values.
#[must_use = "it is not sent yet"]
pub(crate) struct Statement<'c> {
    on: On<'c>,
    sql: Sql,
    values: Vec<Value>,
}

impl<'c> Statement<'c> {
    pub(super) fn new(on: On<'c>, sql: Sql) -> Self {
        Self { on, sql, values: Vec::new() }
    }

    /// Binds a value to the next `$n`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds values to the next `$n`, in order.
    pub fn bind_all(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.values.extend(values);
        self
    }

    /// Sends it; how many rows it changed.
    pub async fn run(self) -> Result<u64> {
        let Self { on, sql, values } = self;
        Ok(match on {
            On::PostgresPool(pool, longest) => {
                let query = sqlx::query_with(sql.for_postgres(), for_postgres(values).map_err(encode)?);
                let mut connection = pool.acquire().await?;
                let done = in_time(longest, query.execute(&mut *connection)).await;
                drop_if_late(connection, &done);
                done?.rows_affected()
            }
            On::Postgres(connection, longest) => {
                let query = sqlx::query_with(sql.for_postgres(), for_postgres(values).map_err(encode)?);
                in_time(longest, query.execute(connection)).await?.rows_affected()
            }
            On::SqlitePool(pool) => {
                let query = sqlx::query_with(sql.for_sqlite(), for_sqlite(values).map_err(encode)?);
                query.execute(pool).await?.rows_affected()
            }
            On::Sqlite(connection) => {
                let query = sqlx::query_with(sql.for_sqlite(), for_sqlite(values).map_err(encode)?);
                query.execute(connection).await?.rows_affected()
            }
        })
    }

    /// Sends it; all rows that come back.
    pub async fn rows(self) -> Result<Vec<Row>> {
        let Self { on, sql, values } = self;
        Ok(match on {
            On::PostgresPool(pool, longest) => {
                let query = sqlx::query_with(sql.for_postgres(), for_postgres(values).map_err(encode)?);
                let mut connection = pool.acquire().await?;
                let done = in_time(longest, query.fetch_all(&mut *connection)).await;
                drop_if_late(connection, &done);
                done?.into_iter().map(Row::Postgres).collect()
            }
            On::Postgres(connection, longest) => {
                let query = sqlx::query_with(sql.for_postgres(), for_postgres(values).map_err(encode)?);
                in_time(longest, query.fetch_all(connection)).await?.into_iter().map(Row::Postgres).collect()
            }
            On::SqlitePool(pool) => {
                let query = sqlx::query_with(sql.for_sqlite(), for_sqlite(values).map_err(encode)?);
                query.fetch_all(pool).await?.into_iter().map(Row::Sqlite).collect()
            }
            On::Sqlite(connection) => {
                let query = sqlx::query_with(sql.for_sqlite(), for_sqlite(values).map_err(encode)?);
                query.fetch_all(connection).await?.into_iter().map(Row::Sqlite).collect()
            }
        })
    }

    /// Sends it; the first row, if any.
    pub async fn row(self) -> Result<Option<Row>> {
        Ok(self.rows().await?.into_iter().next())
    }

    /// Sends it; all rows, as what they describe.
    pub async fn all<T: Record>(self) -> Result<Vec<T>> {
        self.rows().await?.iter().map(T::read).collect()
    }

    /// Sends it; what the first row describes, if any.
    pub async fn first<T: Record>(self) -> Result<Option<T>> {
        self.row().await?.as_ref().map(T::read).transpose()
    }
}

/// Waits for a response, with a timeout.
pub(super) async fn in_time<T>(
    longest: Duration,
    answer: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    let late = || {
        let problem = format!("no answer within {} seconds", longest.as_secs_f32());
        sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, problem))
    };
    tokio::time::timeout(longest, answer).await.unwrap_or_else(|_| Err(late()))
}

/// A connection that gave no answer doesn't go back to the pool, where it would be waited for again.
fn drop_if_late<T>(connection: PoolConnection<Postgres>, done: &sqlx::Result<T>) {
    if matches!(done, Err(sqlx::Error::Io(_))) {
        drop(connection.detach());
    }
}

fn encode(error: sqlx::error::BoxDynError) -> sqlx::Error {
    sqlx::Error::Encode(error)
}
