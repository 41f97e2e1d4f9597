//! The behaviour suite: what the catalog promises, on both engines.
//!
//! Each test is an `async fn(&Hub)`; [`on_both`] runs it on an SQLite file and on a PostgreSQL database of its
//! own. Without `HUB_TEST_POSTGRES_URL` (see `scripts/with-postgres.sh`) the second half is left out, except in
//! CI, where it fails.

mod accounts;
mod audit;
mod claims;
mod commits;
mod datasets;
mod jobs;
mod listing;
mod migrations;
mod outage;
mod processes;
mod reindex;
mod reviews;
mod unfinished;

use tempfile::TempDir;
use uuid::Uuid;

use crate::{Catalog, DatasetInfo, NewDataset, NewUser, Options};

/// A catalog on a database of its own.
pub(crate) struct Hub {
    pub catalog: Catalog,
    pub url: String,
    _folder: Option<TempDir>,
    /// The server that the database is on.
    server: Option<String>,
}

impl Hub {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/new/catalog.db", folder.path().display());
        Self { catalog: crate::open(&url).await.unwrap(), url, _folder: Some(folder), server: None }
    }

    /// None if there is no server.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("HUB_TEST_POSTGRES_URL") else {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci.is_empty() || ci == "false"),
                "no HUB_TEST_POSTGRES_URL: run the tests through scripts/with-postgres.sh"
            );
            return None;
        };
        let name = format!("test_{}", Uuid::new_v4().simple());
        admin(&server, &format!("CREATE DATABASE {name}")).await;
        let url = server.replacen("/postgres?", &format!("/{name}?"), 1);
        Some(Self { catalog: crate::open(&url).await.unwrap(), url, _folder: None, server: Some(server) })
    }

    /// A second connection to the same database, as another process would have it.
    pub async fn other(&self) -> Catalog {
        crate::open(&self.url).await.unwrap()
    }

    pub async fn end(self) {
        self.catalog.close().await;
        if let Some(server) = &self.server {
            let name = self.url.split('?').next().unwrap().rsplit('/').next().unwrap();
            admin(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    /// A data set in a namespace that is made with it.
    pub async fn dataset(&self, name: &str) -> DatasetInfo {
        let name: hub_schema::DatasetName = name.parse().unwrap();
        self.catalog.ensure_namespace(name.namespace()).await.unwrap();
        self.catalog.create_dataset(&NewDataset::new(Uuid::new_v4(), name)).await.unwrap()
    }

    pub async fn user(&self, name: &str) -> crate::User {
        self.catalog.create_user(&NewUser::named(name)).await.unwrap()
    }
}

async fn admin(server: &str, sql: &str) {
    let one = Options { connections: 1, ..Options::default() };
    let db = crate::db::Db::connect(server, &one).await.unwrap();
    db.write(sql.to_owned()).run().await.unwrap();
    db.close().await;
}

/// Runs each test on both engines.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let hub = crate::tests::Hub::sqlite().await;
                    super::$test(&hub).await;
                    hub.end().await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let Some(hub) = crate::tests::Hub::postgres().await else { return };
                    super::$test(&hub).await;
                    hub.end().await;
                }
            )*
        }
    };
}
pub(crate) use on_both;
