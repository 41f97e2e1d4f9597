//! Jobs: one worker each, lost ones taken over, failed ones tried again.

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use serde_json::json;

use super::{Hub, on_both};
use crate::{JobState, NewJob};

on_both!(one_worker_each, one_waits_for_each_subject, a_dead_workers_job, failures);

const LEASE: TimeDelta = TimeDelta::minutes(1);

async fn one_worker_each(hub: &Hub) {
    let other = hub.other().await;
    for i in 0..6 {
        hub.catalog.enqueue(&NewJob::new("index", json!({"n": i}))).await.unwrap().unwrap();
    }
    let racers = (0..12).map(|i| if i % 2 == 0 { &hub.catalog } else { &other }.claim_job(&["index"], LEASE));
    let claimed: Vec<_> = join_all(racers).await.into_iter().filter_map(Result::unwrap).collect();
    let mut numbers: Vec<_> = claimed.iter().map(|job| job.payload["n"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    // PostgreSQL may pass over a row that another worker has just taken: it is found by the next look.
    numbers.dedup();
    assert_eq!(numbers.len(), claimed.len());
    while let Some(job) = hub.catalog.claim_job(&["index"], LEASE).await.unwrap() {
        numbers.push(job.payload["n"].as_i64().unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..6).collect::<Vec<_>>());
    assert!(hub.catalog.claim_job(&["purge"], LEASE).await.unwrap().is_none());
    other.close().await;
}

async fn one_waits_for_each_subject(hub: &Hub) {
    let job = || NewJob::new("index", json!(null)).about("ada/mnist");
    assert!(hub.catalog.enqueue(&job()).await.unwrap().is_some());
    assert!(hub.catalog.enqueue(&job()).await.unwrap().is_none());
    let running = hub.catalog.claim_job(&["purge", "index"], LEASE).await.unwrap().unwrap();
    assert_eq!(running.state, JobState::Running);
    // What is running may have begun too early: another may wait.
    assert!(hub.catalog.enqueue(&job()).await.unwrap().is_some());
    assert!(hub.catalog.finish_job(&running, None).await.unwrap());
    assert!(!hub.catalog.finish_job(&running, None).await.unwrap());
    assert_eq!(hub.catalog.job(running.id).await.unwrap().state, JobState::Done);
    assert_eq!(hub.catalog.jobs(JobState::Queued, 10).await.unwrap().len(), 1);
    let later = NewJob { due: Some(Utc::now() + LEASE), ..NewJob::new("later", json!(null)) };
    hub.catalog.enqueue(&later).await.unwrap();
    assert!(hub.catalog.claim_job(&["later"], LEASE).await.unwrap().is_none());
    assert_eq!(hub.catalog.sweep_jobs(Utc::now() + LEASE).await.unwrap(), 1);
}

async fn a_dead_workers_job(hub: &Hub) {
    hub.catalog.enqueue(&NewJob::new("index", json!(null))).await.unwrap();
    let dead = hub.catalog.claim_job(&["index"], TimeDelta::zero()).await.unwrap().unwrap();
    let taken = hub.catalog.claim_job(&["index"], LEASE).await.unwrap().unwrap();
    assert_eq!((taken.id, taken.attempts), (dead.id, 2));
    // It was only slow: its word no longer counts.
    assert!(!hub.catalog.extend_job(&dead, LEASE).await.unwrap());
    assert!(!hub.catalog.finish_job(&dead, Some("too late")).await.unwrap());
    assert!(hub.catalog.extend_job(&taken, LEASE).await.unwrap());
    assert!(hub.catalog.finish_job(&taken, None).await.unwrap());
}

async fn failures(hub: &Hub) {
    let id = hub.catalog.enqueue(&NewJob::new("index", json!(null)).about("x")).await.unwrap().unwrap();
    for attempt in 1..=crate::job::MAX_ATTEMPTS {
        let job = hub.catalog.claim_job(&["index"], LEASE).await.unwrap().unwrap();
        assert_eq!(job.attempts, attempt);
        assert!(hub.catalog.finish_job(&job, Some("no luck")).await.unwrap());
        // It waits for a while.
        assert!(hub.catalog.claim_job(&["index"], LEASE).await.unwrap().is_none());
        hub.catalog.db.write("UPDATE jobs SET due = 0").run().await.unwrap();
    }
    let job = hub.catalog.job(id).await.unwrap();
    assert_eq!((job.state, job.error.as_deref()), (JobState::Failed, Some("no luck")));
    // With a newer one waiting for the same subject a failed one gives way.
    hub.catalog.enqueue(&NewJob::new("index", json!(null)).about("x")).await.unwrap().unwrap();
    let first = hub.catalog.claim_job(&["index"], LEASE).await.unwrap().unwrap();
    hub.catalog.enqueue(&NewJob::new("index", json!(null)).about("x")).await.unwrap().unwrap();
    assert!(hub.catalog.finish_job(&first, Some("no luck")).await.unwrap());
    assert_eq!(hub.catalog.job(first.id).await.unwrap().state, JobState::Failed);
}
