//! The tables' history, and how a database is brought up to date.
//!
//! The SQL lies in `migrations/`, one folder an engine, and is compiled in. Most openings find the newest
//! version and change nothing, without taking a lock. Otherwise the pending migrations run: on SQLite all in
//! one transaction under the write lock, on PostgreSQL one by one under an advisory lock, so that servers and
//! command lines that start at once don't run them twice.

use std::borrow::Cow;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, SqlSafeStr};

use super::{Db, Sql};
use crate::error::{Error, Result};

/// One migration's texts: up and down.
struct Texts {
    name: &'static str,
    postgres: [&'static str; 2],
    sqlite: [&'static str; 2],
}

/// Every migration, in order; the first has version 1.
const ALL: &[Texts] = &[
    Texts {
        name: "accounts",
        postgres: [
            include_str!("../../../migrations/postgres/0001_accounts.up.sql"),
            include_str!("../../../migrations/postgres/0001_accounts.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0001_accounts.up.sql"),
            include_str!("../../../migrations/sqlite/0001_accounts.down.sql"),
        ],
    },
    Texts {
        name: "datasets",
        postgres: [
            include_str!("../../../migrations/postgres/0002_datasets.up.sql"),
            include_str!("../../../migrations/postgres/0002_datasets.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0002_datasets.up.sql"),
            include_str!("../../../migrations/sqlite/0002_datasets.down.sql"),
        ],
    },
    Texts {
        name: "operations",
        postgres: [
            include_str!("../../../migrations/postgres/0003_operations.up.sql"),
            include_str!("../../../migrations/postgres/0003_operations.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0003_operations.up.sql"),
            include_str!("../../../migrations/sqlite/0003_operations.down.sql"),
        ],
    },
    Texts {
        name: "index",
        postgres: [
            include_str!("../../../migrations/postgres/0004_index.up.sql"),
            include_str!("../../../migrations/postgres/0004_index.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0004_index.up.sql"),
            include_str!("../../../migrations/sqlite/0004_index.down.sql"),
        ],
    },
    Texts {
        name: "index_instances",
        postgres: [
            include_str!("../../../migrations/postgres/0005_index_instances.up.sql"),
            include_str!("../../../migrations/postgres/0005_index_instances.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0005_index_instances.up.sql"),
            include_str!("../../../migrations/sqlite/0005_index_instances.down.sql"),
        ],
    },
    Texts {
        name: "unfinished",
        postgres: [
            include_str!("../../../migrations/postgres/0006_unfinished.up.sql"),
            include_str!("../../../migrations/postgres/0006_unfinished.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0006_unfinished.up.sql"),
            include_str!("../../../migrations/sqlite/0006_unfinished.down.sql"),
        ],
    },
    Texts {
        name: "reviews",
        postgres: [
            include_str!("../../../migrations/postgres/0007_reviews.up.sql"),
            include_str!("../../../migrations/postgres/0007_reviews.down.sql"),
        ],
        sqlite: [
            include_str!("../../../migrations/sqlite/0007_reviews.up.sql"),
            include_str!("../../../migrations/sqlite/0007_reviews.down.sql"),
        ],
    },
];

/// The newest version known here.
pub(crate) const NEWEST: i64 = ALL.len() as i64;

fn migrator(texts: impl Fn(&Texts) -> [&'static str; 2]) -> Migrator {
    let both = ALL.iter().zip(1..).flat_map(|(migration, version)| {
        let [up, down] = texts(migration);
        [(MigrationType::ReversibleUp, up), (MigrationType::ReversibleDown, down)].map(|(way, sql)| {
            let sql = AssertSqlSafe(sql).into_sql_str();
            Migration::new(version, Cow::Borrowed(migration.name), way, sql, false)
        })
    });
    Migrator::with_migrations(both.collect())
}

impl Db {
    /// The database's version; 0 if it is empty.
    pub async fn version(&self) -> Result<i64> {
        let there = Sql::Each {
            postgres: "SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS there",
            sqlite: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations') AS there",
        };
        let there = self.read(there).row().await?;
        if !there.map(|row| row.get("there")).transpose()?.unwrap_or(false) {
            return Ok(0);
        }
        let newest = self.read("SELECT coalesce(max(version), 0) AS newest FROM _sqlx_migrations");
        newest.row().await?.map_or(Ok(0), |row| row.get("newest"))
    }

    /// Refuses a database that a newer hub has migrated.
    pub async fn check_version(&self) -> Result<i64> {
        let found = self.version().await?;
        if found > NEWEST { Err(Error::NewerSchema { found, known: NEWEST }) } else { Ok(found) }
    }

    /// Brings the tables up to date.
    pub async fn migrate_up(&self) -> Result<()> {
        if self.check_version().await? == NEWEST {
            return Ok(());
        }
        match self {
            Self::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await?.detach();
                let done = up(&migrator(|m| m.postgres), &mut connection).await;
                // The lock goes with the connection, also after a failure.
                connection.close().await?;
                done
            }
            Self::Sqlite { writer, .. } => {
                let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
                up(&migrator(|m| m.sqlite), &mut *tx).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    /// Takes migrations back until the given version is the newest; 0 leaves nothing.
    pub async fn migrate_down(&self, target: i64) -> Result<()> {
        match self {
            Self::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await?.detach();
                let done = migrator(|m| m.postgres).undo(&mut connection, target).await;
                connection.close().await?;
                done.map_err(failed)
            }
            Self::Sqlite { writer, .. } => {
                let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
                migrator(|m| m.sqlite).undo(&mut *tx, target).await.map_err(failed)?;
                Ok(tx.commit().await?)
            }
        }
    }
}

async fn up<C: Migrate>(migrator: &Migrator, connection: &mut C) -> Result<()> {
    migrator.run_direct(None, connection, false).await.map_err(failed)
}

fn failed(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(source) => source.into(),
        // Another hub, a newer one, was faster.
        MigrateError::VersionMissing(found) if found > NEWEST => Error::NewerSchema { found, known: NEWEST },
        other => Error::Migrate(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_its_line_and_its_twin() {
        for engine in ["postgres", "sqlite"] {
            let folder = format!("{}/../migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let known = ALL.iter().zip(1..).flat_map(|(m, version)| {
                ["down", "up"].map(|way| format!("{version:04}_{}.{way}.sql", m.name))
            });
            assert_eq!(files, known.collect::<Vec<_>>(), "{engine}");
        }
    }
}
