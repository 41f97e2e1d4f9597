//! Up, down, up again; a newer database; many that start at once.

use futures::future::join_all;

use super::{Hub, on_both};
use crate::db::migrations::NEWEST;
use crate::{Catalog, Engine, Error, Options};

on_both!(up_down_up, a_newer_database_is_refused, many_start_at_once);

async fn up_down_up(hub: &Hub) {
    let tables = async || {
        let sql = match hub.catalog.engine() {
            Engine::Postgres => {
                "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            }
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
            }
        };
        let rows = hub.catalog.db.read(sql).rows().await.unwrap();
        rows.iter().map(|row| row.get::<String>("name").unwrap()).collect::<Vec<_>>()
    };
    let all = tables().await;
    assert!(all.len() > 10, "{all:?}");
    hub.user("ada").await;
    hub.dataset("ada/mnist").await;
    for target in (0..NEWEST).rev() {
        hub.catalog.migrate_down(target).await.unwrap();
        assert_eq!(hub.catalog.schema_version().await.unwrap(), target);
    }
    assert_eq!(tables().await, ["_sqlx_migrations"]);
    hub.catalog.migrate_up().await.unwrap();
    assert_eq!(tables().await, all);
    hub.user("ada").await;
    hub.catalog.migrate_up().await.unwrap();
    assert!(!hub.catalog.ping().await.unwrap());
}

async fn a_newer_database_is_refused(hub: &Hub) {
    hub.catalog
        .db
        .write(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (4000, 'from the future', $1, $2, 0)",
        )
        .bind(true)
        .bind(b"x".as_slice())
        .run()
        .await
        .unwrap();
    let refused = |e: Error| {
        assert!(matches!(e, Error::NewerSchema { found: 4000, known: NEWEST }), "{e:?}");
        assert!(e.to_string().contains("version 4000"), "{e}");
    };
    refused(crate::open(&hub.url).await.unwrap_err());
    refused(Catalog::connect(&hub.url, &Options::default()).await.unwrap_err());
    // Who runs already goes on.
    assert!(hub.catalog.ping().await.unwrap());
    hub.user("ada").await;
}

async fn many_start_at_once(hub: &Hub) {
    hub.catalog.migrate_down(0).await.unwrap();
    let opened = join_all((0..6).map(|_| crate::open(&hub.url))).await;
    for catalog in opened {
        let catalog = catalog.unwrap();
        assert_eq!(catalog.schema_version().await.unwrap(), NEWEST);
        catalog.close().await;
    }
    hub.user("ada").await;
}

#[tokio::test]
async fn addresses_that_make_no_sense() {
    for url in ["", "catalog.db", "mysql://x/y", "sqlite://", "sqlite://:memory:", "postgres://h:port/x"] {
        let refused = crate::open(url).await;
        assert!(matches!(refused, Err(Error::Url { .. })), "{url}: {refused:?}");
    }
    let refused = crate::open("sqlite:///dev/null/catalog.db").await;
    assert!(matches!(refused, Err(Error::Io { .. })), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let hub = Hub::sqlite().await;
    hub.user("ada").await;
    let path = hub.url.strip_prefix("sqlite://").unwrap().to_owned();
    for file in [path.clone(), format!("{path}-wal")] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    hub.end().await;
}
