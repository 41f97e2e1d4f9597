//! Garbage collection, and how a running push is protected from it.

use std::time::{Duration, SystemTime};

use hub_dataset::Dataset;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::hub::{append, body, problem};
use super::{Hub, Who};

const GC: &str = "/api/v1/datasets/vision/pets/gc";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn blob(content: &[u8]) -> String {
    format!("blobs/{}", blake3::hash(content).to_hex())
}

/// A file of the given age that no commit references.
async fn orphan(dataset: &Dataset, content: &'static [u8], age: Duration) {
    let path = blob(content);
    dataset.store().put(&path, content).await.unwrap();
    let file = dataset.store().local_file(&path).unwrap();
    let file = std::fs::File::options().append(true).open(file).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
}

#[tokio::test]
async fn an_owner_collects_garbage() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5])]).await;
    orphan(&dataset, b"old", 2 * DAY).await;
    orphan(&dataset, b"older", 9 * DAY).await;
    orphan(&dataset, b"young", DAY / 2).await;
    let sweep = |who, json| hub.send(who, Method::POST, GC, json);
    assert_eq!(problem(sweep(Who::Writer, json!({})).await, 403).await, "forbidden");
    // Pushes may be running.
    assert_eq!(problem(sweep(Who::Owner, json!({ "grace_secs": 3600 })).await, 422).await, "invalid");
    let counted = body(sweep(Who::Owner, json!({ "dry_run": true })).await, StatusCode::OK).await;
    assert_eq!(counted, json!({ "files": 2, "bytes": 8, "young_files": 1, "young_bytes": 5 }));
    let week = json!({ "grace_secs": 7 * DAY.as_secs() });
    assert_eq!(body(sweep(Who::Owner, week).await, StatusCode::OK).await["files"], 1);
    let swept = body(sweep(Who::Owner, json!({})).await, StatusCode::OK).await;
    assert_eq!(swept, json!({ "files": 1, "bytes": 3, "young_files": 1, "young_bytes": 5 }));
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| ()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    let audit = hub.json(Who::Admin, "/api/v1/audit?limit=1").await;
    assert!(audit.to_string().contains("dataset.gc"), "{audit}");
}

#[tokio::test]
async fn a_file_that_is_pushed_again_is_protected() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    for content in [&b"by its whole"[..], b"by its parts"] {
        orphan(&dataset, content, 2 * DAY).await;
    }
    let put = format!("/api/v1/datasets/vision/pets/objects/{}", blob(b"by its whole"));
    let put = hub.request(Who::Writer, Method::PUT, &put).body("by its whole");
    assert_eq!(body(put.send().await.unwrap(), StatusCode::OK).await["stored"], false);
    let begin = json!({ "path": blob(b"by its parts"), "size_bytes": 12 });
    let begun = hub.send(Who::Writer, Method::POST, "/api/v1/datasets/vision/pets/uploads", begin).await;
    assert_eq!(body(begun, StatusCode::OK).await["stored"], true);
    let swept = body(hub.send(Who::Owner, Method::POST, GC, json!({})).await, StatusCode::OK).await;
    assert_eq!((&swept["files"], &swept["young_files"]), (&json!(0), &json!(2)));
}
