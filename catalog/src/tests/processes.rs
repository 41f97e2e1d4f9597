//! Several processes on one SQLite file, as the command line and a server are: the test binary runs itself.

use std::process::{Command, Stdio};

use serde_json::json;

use super::Hub;
use crate::{AuditEntry, AuditFilter, Error, NewJob, NewUser};

const PROCESSES: usize = 4;
const ROUNDS: usize = 25;

/// Runs in each of the processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test below"]
async fn one_process() {
    let Ok(url) = std::env::var("HUB_TEST_CATALOG") else { return };
    let catalog = crate::open(&url).await.unwrap();
    for round in 0..ROUNDS {
        match catalog.create_user(&NewUser::named(format!("user{round}"))).await {
            Ok(user) => {
                let entry = AuditEntry { actor: user.name, action: "won".into(), ..AuditEntry::default() };
                catalog.audit(&entry).await.unwrap();
            }
            Err(Error::Taken { .. }) => {}
            Err(other) => panic!("{other}"),
        }
        catalog.enqueue(&NewJob::new("work", json!({"round": round}))).await.unwrap();
        assert_eq!(catalog.user("user0").await.unwrap().name, "user0");
    }
    catalog.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_on_one_file() {
    let hub = Hub::sqlite().await;
    hub.catalog.migrate_down(0).await.unwrap();
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::processes::one_process", "--ignored"])
            .env("HUB_TEST_CATALOG", &hub.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running: Vec<_> = (0..PROCESSES).map(|_| start()).collect();
    for process in running {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
    let log = hub.catalog.audit_log(&AuditFilter::default(), None, 1000).await.unwrap().items;
    let mut winners: Vec<_> = log.into_iter().map(|e| e.actor).collect();
    winners.sort();
    let mut wanted: Vec<_> = (0..ROUNDS).map(|round| format!("user{round}")).collect();
    wanted.sort();
    assert_eq!(winners, wanted);
    let jobs = hub.catalog.jobs(crate::JobState::Queued, 1000).await.unwrap();
    assert_eq!(jobs.len(), PROCESSES * ROUNDS);
    hub.end().await;
}
