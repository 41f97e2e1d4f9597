//! The database gone and back: `Unavailable` while it is away, and no restart needed afterwards.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::Hub;
use crate::{Error, NewUser, Options};

/// A socket in front of PostgreSQL's, which can be taken away.
struct Front {
    folder: tempfile::TempDir,
    server: PathBuf,
    task: Option<tokio::task::JoinHandle<()>>,
}

const SOCKET: &str = ".s.PGSQL.5432";

impl Front {
    fn new(server: &Path) -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let mut front = Self { folder, server: server.join(SOCKET), task: None };
        front.up();
        front
    }

    fn up(&mut self) {
        let listener = UnixListener::bind(self.folder.path().join(SOCKET)).unwrap();
        let server = self.server.clone();
        self.task = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let mut server = UnixStream::connect(server).await.unwrap();
                    tokio::io::copy_bidirectional(&mut client, &mut server).await.ok();
                });
            }
        }));
    }

    async fn down(&mut self) {
        std::fs::remove_file(self.folder.path().join(SOCKET)).unwrap();
        let task = self.task.take().unwrap();
        // The connections go with their task.
        task.abort();
        task.await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_gone_and_back() {
    let Some(hub) = Hub::postgres().await else { return };
    let socket = hub.url.split("host=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut front = Front::new(Path::new(&socket));
    let url = hub.url.replace(&socket, &front.folder.path().display().to_string());
    let options = Options { connections: 4, patience: Duration::from_secs(2), ..Options::default() };
    let catalog = crate::open_with(&url, &options).await.unwrap();
    catalog.create_user(&NewUser::named("before")).await.unwrap();

    front.down().await;
    for _ in 0..3 {
        let begun = Instant::now();
        for gone in [
            catalog.user("before").await.map(drop),
            catalog.create_user(&NewUser::named("during")).await.map(drop),
            catalog.ping().await.map(drop),
        ] {
            assert!(matches!(gone, Err(Error::Unavailable { .. })), "{gone:?}");
        }
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    let unreachable = crate::open_with(&url, &options).await;
    assert!(matches!(unreachable, Err(Error::Unreachable { .. })), "{unreachable:?}");

    front.up();
    assert_eq!(catalog.user("before").await.unwrap().name, "before");
    catalog.create_user(&NewUser::named("after")).await.unwrap();
    assert!(matches!(catalog.user("during").await, Err(Error::NotFound { .. })));
    catalog.close().await;
    front.down().await;
    hub.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_ends_every_connection() {
    let Some(hub) = Hub::postgres().await else { return };
    hub.user("ada").await;
    let mut tx = hub.catalog.db.begin().await.unwrap();
    tx.sql("INSERT INTO namespaces (name, created) VALUES ('half', 0)").run().await.unwrap();
    let other = hub.other().await;
    let ended = other
        .db
        .read(
            "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .rows();
    assert!(!ended.await.unwrap().is_empty());
    // What was in the middle is said to have failed, and never happened.
    let cut = tx.sql("SELECT 1 AS one").run().await;
    assert!(matches!(cut, Err(Error::Unavailable { .. })), "{cut:?}");
    drop(tx);
    for _ in 0..20 {
        hub.catalog.user("ada").await.unwrap();
    }
    assert!(matches!(hub.catalog.namespace("half").await, Err(Error::NotFound { .. })));
    other.close().await;
    hub.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_says_nothing() {
    let Some(hub) = Hub::postgres().await else { return };
    let longest_query = Duration::from_millis(500);
    let options = Options { connections: 2, longest_query, ..Options::default() };
    let catalog = crate::open_with(&hub.url, &options).await.unwrap();
    // More often than there are connections: none is lost for good.
    for _ in 0..4 {
        let begun = Instant::now();
        let late = catalog.db.read("SELECT 1 AS one FROM pg_sleep(30)").rows().await;
        assert!(matches!(late, Err(Error::Unavailable { .. })), "late");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    let mut tx = catalog.db.begin().await.unwrap();
    let late = tx.sql("SELECT 1 AS one FROM pg_sleep(3)").run().await;
    assert!(matches!(late, Err(Error::Unavailable { .. })), "{late:?}");
    drop(tx);
    catalog.ping().await.unwrap();
    catalog.close().await;
    hub.end().await;
}

#[tokio::test]
async fn a_closed_catalog_is_unavailable() {
    let hub = Hub::sqlite().await;
    hub.catalog.close().await;
    assert!(matches!(hub.catalog.ping().await, Err(Error::Unavailable { .. })));
}

#[tokio::test]
async fn an_sqlite_file_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    std::fs::write(&path, "this is no database, but long enough to be looked at".repeat(100)).unwrap();
    let refused = crate::open(&format!("sqlite://{}", path.display())).await;
    assert!(matches!(refused, Err(Error::Database { .. })), "{refused:?}");
}

/// SQLite rolls a transaction back by itself when the disk is full; later queries must still work.
#[tokio::test]
async fn a_full_disk_is_said_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("catalog.db").display());
    let catalog = crate::open(&url).await.unwrap();
    let pages = catalog.db.write("PRAGMA page_count").row().await.unwrap().unwrap();
    let pages: i64 = pages.get("page_count").unwrap();
    catalog.db.write(format!("PRAGMA max_page_count = {pages}")).rows().await.unwrap();
    let mut seen = 0;
    for i in 0..200 {
        let long = "x".repeat(30_000);
        let mut tx = catalog.db.begin().await.unwrap();
        let name = format!("{long}{i}");
        let made = tx.sql("INSERT INTO namespaces (name, created) VALUES ($1, 0)").bind(name).run().await;
        match made {
            Ok(_) => tx.commit().await.unwrap(),
            Err(error) => {
                assert!(error.is_full(), "{error}");
                seen += 1;
                break;
            }
        }
    }
    assert_eq!(seen, 1, "it was never full");
    catalog.create_user(&NewUser::named("ada")).await.unwrap();
    assert_eq!(catalog.user("ada").await.unwrap().name, "ada");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let options = Options { patience: Duration::from_secs(5), ..Options::default() };
    let refused = crate::open_with("postgres://hub:secret@127.0.0.1:1/hub", &options).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("postgres://hub@127.0.0.1:1/hub") && text.contains("refused"), "{text}");
}
