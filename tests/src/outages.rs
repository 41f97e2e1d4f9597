//! Outages of a server's database or bucket. The server keeps running, reports the outage within bounded time, and
//! recovers without a restart once it is over.

use std::time::Duration;

use crate::postgres::{Front, fresh_database};
use crate::service::{Answer, Service, bucket, set};
use crate::{FaultyS3, S3, fixtures, s3};

const SETS: &str = "/api/v1/datasets";

/// A problem of this status and kind, in time.
#[track_caller]
fn refused(answer: &Answer, status: u16, kind: &str, secs: u64) {
    assert_eq!((answer.status, answer.problem().as_str()), (status, kind), "{answer:?}");
    assert!(answer.took < Duration::from_secs(secs), "{:?}", answer.took);
}

#[test]
fn the_database_gone_and_back() {
    let Some(database) = fresh_database() else { return };
    let front = Front::new(&database);
    let service = Service::start(vec![set("HUB_DATABASE_URL", &front.url), set("HUB_REQUEST_SECS", 7)]);
    let pets = fixtures("class-folder").display().to_string();
    service.well(&["push", "ann/pets", &pets]);
    for _ in 0..2 {
        front.down();
        refused(&service.get(SETS), 503, "database-down", 10);
        refused(&service.get("/readyz"), 503, "database-down", 10);
        refused(&service.request("POST", SETS, br#"{"name":"ann/more"}"#), 503, "database-down", 10);
        assert_eq!(service.get("/healthz").status, 200);
        front.up();
        assert_eq!(service.get(SETS).status, 200);
        assert_eq!(service.get("/readyz").status, 200);
    }
    // It takes questions and answers none.
    front.fall_silent();
    refused(&service.get(SETS), 503, "database-down", 12);
    let ready = service.get("/readyz");
    refused(&ready, 503, "database-down", 12);
    assert_eq!(service.get("/healthz").status, 200);
    front.speak();
    assert_eq!(service.get(SETS).status, 200);
    service.well(&["push", "ann/pets", &pets, "--append"]);
    service.well(&["fsck", "ann/pets", "--all"]);
    assert_eq!(service.get(&format!("{SETS}/ann/more")).status, 404);
}

#[test]
fn a_database_that_a_newer_hub_changed_is_no_reason_to_stop() {
    let Some(database) = fresh_database() else { return };
    let mut service = Service::start(vec![set("HUB_DATABASE_URL", &database)]);
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               VALUES (4000, 'from the future', true, 'x', 0)";
    let done = std::process::Command::new("psql").args([&database, "-qc", sql]).status().unwrap();
    assert!(done.success());
    assert_eq!(service.get("/readyz").status, 200);
    assert_eq!(service.get(SETS).status, 200);
    // One that starts now is refused, with the reason.
    service.kill();
    let mut serve = service.command(&["serve", "--listen", "127.0.0.1:0"]);
    let refused = serve.env("HUB_DATABASE_URL", &database).output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && told.contains("version 4000"), "{told}");
}

#[test]
fn a_disk_that_is_gone_is_said() {
    let service = Service::start(vec![set("HUB_LOG_FORMAT", "json")]);
    assert_eq!(service.get("/readyz").status, 200);
    let (here, away) = (service.path("home/datasets"), service.path("home/away"));
    std::fs::rename(&here, &away).unwrap();
    refused(&service.get("/readyz"), 503, "store-down", 10);
    std::fs::rename(&away, &here).unwrap();
    assert_eq!(service.get("/readyz").status, 200);
    // The log has each request once, with its span once.
    let log = service.log();
    let lines: Vec<serde_json::Value> =
        log.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(lines.iter().any(|line| line["span"].is_object()), "{log:#?}");
    assert!(lines.iter().all(|line| line["spans"].is_null()), "{log:#?}");
}

/// A server on a bucket behind a proxy, with a data set.
fn on_a_bucket(s3: &S3, faulty: &FaultyS3) -> Service {
    let mut settings = bucket(&s3.fresh_location("outage"), &faulty.endpoint());
    settings.extend([set("HUB_STORE_SECS", 3), set("HUB_REQUEST_SECS", 10), set("HUB_LINKS", "server")]);
    let service = Service::start(settings);
    service.well(&["push", "ann/pets", &fixtures("class-folder").display().to_string()]);
    service
}

/// Everything that touches the bucket is refused soon, and works again afterwards.
fn fails_and_recovers(service: &Service, faulty: &FaultyS3, blob: &str) {
    let blob_path = format!("{SETS}/ann/pets/objects/blobs/{}", blake3::hash(blob.as_bytes()));
    let reads =
        ["/readyz", &format!("{SETS}/ann/pets/objects/hub.json"), &format!("{SETS}/ann/pets/commits/main")];
    let mut answers: Vec<Answer> = reads.iter().map(|path| service.get(path)).collect();
    answers.push(service.request("PUT", &blob_path, blob.as_bytes()));
    for answer in answers {
        assert!(matches!(answer.status, 503 | 504), "{answer:?}");
        assert!(["store-down", "timeout"].contains(&answer.problem().as_str()), "{answer:?}");
        assert!(answer.took < Duration::from_secs(15), "{answer:?}");
    }
    assert_eq!(service.get("/healthz").status, 200);
    assert_eq!(service.get(SETS).status, 200, "the list is the database's");
    faulty.heal();
    assert_eq!(service.get("/readyz").status, 200);
    assert_eq!(service.get(&blob_path).status, 404, "nothing is half there");
    assert_eq!(service.request("PUT", &blob_path, blob.as_bytes()).status, 201);
    assert_eq!(service.get(&blob_path).body, blob.as_bytes());
    let rows = service.get(&format!("{SETS}/ann/pets/rows"));
    assert_eq!(rows.status, 200, "{rows:?}");
    service.well(&["fsck", "ann/pets", "--all"]);
}

#[test]
fn a_bucket_that_fails() {
    let Some(s3) = s3() else { return };
    let faulty = FaultyS3::start(&s3.endpoint).unwrap();
    let service = on_a_bucket(&s3, &faulty);
    for status in [500, 503] {
        faulty.fail_next(100_000, status);
        fails_and_recovers(&service, &faulty, &format!("sent while the bucket said {status}"));
    }
}

#[test]
fn a_bucket_that_hangs() {
    let Some(s3) = s3() else { return };
    let faulty = FaultyS3::start(&s3.endpoint).unwrap();
    let service = on_a_bucket(&s3, &faulty);
    faulty.hang_next(100_000);
    fails_and_recovers(&service, &faulty, "sent while the bucket said nothing");
}

#[test]
fn a_push_through_a_bucket_that_hiccups_lands_once() {
    let Some(s3) = s3() else { return };
    let faulty = FaultyS3::start(&s3.endpoint).unwrap();
    let service = on_a_bucket(&s3, &faulty);
    let coco = fixtures("coco").display().to_string();
    faulty.only("PUT");
    faulty.lose_next_answers(2);
    service.well(&["push", "ann/coco", &coco]);
    faulty.heal();
    // Longer than the server tries by itself: the client goes on.
    faulty.only("PUT");
    faulty.fail_next(12, 500);
    service.well(&["push", "ann/coco", &fixtures("class-folder").display().to_string(), "--branch", "other"]);
    faulty.heal();
    service.well(&["fsck", "ann/coco", "--all"]);
    let log: serde_json::Value = serde_json::from_str(&service.well(&["log", "ann/coco", "--json"])).unwrap();
    assert_eq!(log.as_array().unwrap().len(), 1, "{log}");
}
