//! A transaction on either engine. Dropped without [`Tx::commit`], it never happened.

use sqlx::{Postgres, Sqlite, Transaction};

use super::statement::{On, Sql, Statement};
use crate::error::Result;

/// A transaction. Ask nothing of the `Db` while one is open: on SQLite that waits for itself.
pub(crate) enum Tx {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

impl Tx {
    /// A query inside the transaction.
    pub fn sql(&mut self, sql: impl Into<Sql>) -> Statement<'_> {
        let on = match self {
            Self::Postgres(tx) => On::Postgres(tx),
            Self::Sqlite(tx) => On::Sqlite(tx),
        };
        Statement::new(on, sql.into())
    }

    /// Makes it happen.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Postgres(tx) => tx.commit().await?,
            Self::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
