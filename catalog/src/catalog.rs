//! The handle: what is opened once and shared by every task.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::db::migrations::NEWEST;
use crate::db::{Db, Engine};
use crate::error::Result;

#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to a PostgreSQL server, at most.
    pub connections: u32,
    /// How long to wait for a connection before the catalog counts as unavailable.
    pub patience: Duration,
    /// How long a PostgreSQL server may take to answer one query, so that a lost connection doesn't block a request
    /// for ever.
    pub longest_query: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 16, patience: Duration::from_secs(5), longest_query: Duration::from_secs(30) }
    }
}

/// The catalog. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The database, for this crate only; other crates use the methods.
    pub(crate) db: Db,
    /// Limits concurrent password hashing: each takes 19 MiB and a core.
    pub(crate) hashing: Arc<Semaphore>,
}

/// Opens the catalog at `sqlite:///path/to/catalog.db` or `postgres://…`, and brings its tables up to date.
///
/// # Errors
/// [`Error::NewerSchema`](crate::Error::NewerSchema) for a database that a newer hub has migrated;
/// [`Error::Unavailable`](crate::Error::Unavailable) if it can't be reached.
pub async fn open(url: &str) -> Result<Catalog> {
    open_with(url, &Options::default()).await
}

/// Opens the catalog with the given options.
pub async fn open_with(url: &str, options: &Options) -> Result<Catalog> {
    let catalog = Catalog::connect(url, options).await?;
    catalog.migrate_up().await?;
    Ok(catalog)
}

impl Catalog {
    /// Connects and changes nothing, not even the tables. A newer database is refused.
    pub async fn connect(url: &str, options: &Options) -> Result<Self> {
        let db = Db::connect(url, options).await?;
        db.check_version().await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { db, hashing: Arc::new(Semaphore::new(cores)) })
    }

    /// Which database it is on.
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// Does the database answer? True if a newer hub has changed its tables since this one opened it: no reason
    /// to stop, since migrations keep what the previous version needs (`migrations/README.md`).
    pub async fn ping(&self) -> Result<bool> {
        Ok(self.db.version().await? > NEWEST)
    }

    /// The version of the database's tables; 0 before the first migration.
    pub async fn schema_version(&self) -> Result<i64> {
        self.db.version().await
    }

    /// Brings the tables up to date.
    pub async fn migrate_up(&self) -> Result<()> {
        self.db.migrate_up().await
    }

    /// Takes migrations back until `target` is the newest. What the dropped tables held is lost.
    pub async fn migrate_down(&self, target: i64) -> Result<()> {
        self.db.migrate_down(target).await
    }

    pub async fn close(&self) {
        self.db.close().await;
    }
}
