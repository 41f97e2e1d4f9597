//! A row of either engine: columns by name, and decoded values.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};

use crate::error::{Error, Result};
use crate::time::from_micros;

pub(crate) enum Row {
    Postgres(PgRow),
    Sqlite(SqliteRow),
}

/// What can be made of a row.
pub(crate) trait Record: Sized {
    fn read(row: &Row) -> Result<Self>;
}

/// What both engines can put into a column.
pub(crate) trait Plain:
    Type<Postgres> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + for<'r> Decode<'r, Sqlite>
{
}

impl<T> Plain for T where
    T: Type<Postgres> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + for<'r> Decode<'r, Sqlite>
{
}

impl Row {
    /// A column: `i64`, `bool`, `String`, `Vec<u8>`, or an `Option` of them.
    pub fn get<T: Plain>(&self, column: &str) -> Result<T> {
        Ok(match self {
            Self::Postgres(row) => row.try_get(column)?,
            Self::Sqlite(row) => row.try_get(column)?,
        })
    }

    /// A column whose text is parsed to a type.
    pub fn parse<T: FromStr>(&self, column: &'static str) -> Result<T> {
        let found: String = self.get(column)?;
        found.parse().map_err(|_| Error::Damaged { column, found })
    }

    /// A column that holds JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let found: String = self.get(column)?;
        serde_json::from_str(&found).map_err(|_| Error::Damaged { column, found })
    }

    /// A column with a count: an integer of 0 or more.
    pub fn count(&self, column: &'static str) -> Result<u64> {
        let found: i64 = self.get(column)?;
        u64::try_from(found).map_err(|_| Error::Damaged { column, found: found.to_string() })
    }

    /// A column that is a time.
    pub fn time(&self, column: &str) -> Result<DateTime<Utc>> {
        Ok(from_micros(self.get(column)?))
    }

    /// A column that may be a time.
    pub fn time_optional(&self, column: &str) -> Result<Option<DateTime<Utc>>> {
        Ok(self.get::<Option<i64>>(column)?.map(from_micros))
    }
}
