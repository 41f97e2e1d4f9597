//! A transaction on either engine. Dropped without [`Tx::commit`], it is rolled back.

use std::time::Duration;

use sqlx::{Postgres, Sqlite, Transaction};

use super::statement::{On, Sql, Statement, in_time};
use crate::error::Result;

/// A transaction. Send no query through `Db` while one is open: on SQLite that would deadlock.
pub(crate) enum Tx {
    Postgres { tx: Transaction<'static, Postgres>, longest_query: Duration },
    Sqlite(Transaction<'static, Sqlite>),
}

impl Tx {
    /// A query inside the transaction.
    pub fn sql(&mut self, sql: impl Into<Sql>) -> Statement<'_> {
        let on = match self {
            Self::Postgres { tx, longest_query } => On::Postgres(tx, *longest_query),
            Self::Sqlite(tx) => On::Sqlite(tx),
        };
        Statement::new(on, sql.into())
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Postgres { tx, longest_query } => in_time(longest_query, tx.commit()).await?,
            Self::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
