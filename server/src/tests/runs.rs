//! Runs over the API: stored as objects by a writer, judged, listed, ranked and deleted.

use axum::http::StatusCode;
use bytes::Bytes;
use hub_dataset::layout::{self, RunFile};
use hub_schema::RunId;
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::hub::append;
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

async fn put(hub: &Hub, who: Who, path: &str, body: impl Into<Bytes>) -> (u16, Json) {
    let url = format!("{PETS}/objects/{path}");
    let request = hub.request(who, Method::PUT, &url).header("if-none-match", "*").body(body.into());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A record with only what the server judges.
fn record(id: &RunId, commit: &hub_schema::CommitParent, author: &str, predictions: &[u8]) -> Bytes {
    let predictions = json!({
        "hash": blake3::hash(predictions).to_hex().as_str(), "bytes": predictions.len(), "rows": 1,
    });
    let json = json!({
        "format": hub_schema::FORMAT_VERSION, "id": id, "author": author, "time": "2026-04-12T09:30:20Z",
        "commit": commit, "predictions": predictions,
    });
    json.to_string().into()
}

#[tokio::test]
async fn a_record_is_judged_before_it_is_stored() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let at = append(&dataset, "main", 0, &[("train", &[4])]).await.at().clone();
    let id: RunId = "20260412-093015-1f0c22ab".parse().unwrap();
    let path = |file| layout::run(&id, file);
    let good = record(&id, &at, "willi", b"table");
    let (status, problem) = put(&hub, Who::Writer, &path(RunFile::Record), good.clone()).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("predictions are not stored"), "{problem}");
    assert_eq!(put(&hub, Who::Reader, &path(RunFile::Predictions), "table").await.0, 403);
    assert_eq!(put(&hub, Who::Writer, &path(RunFile::Predictions), "table").await.0, 201);
    assert_eq!(put(&hub, Who::Writer, &path(RunFile::Predictions), "table").await.0, 200, "the same again");
    assert_eq!(put(&hub, Who::Writer, &path(RunFile::Predictions), "other").await.0, 412);
    let other: RunId = "20260412-093015-1f0c22ac".parse().unwrap();
    let unknown = hub_schema::CommitParent { version: 9, ..at.clone() };
    for (wrong, why) in [
        (record(&id, &at, "olga", b"table"), "author"),
        (record(&id, &at, "willi", b"tables"), "predictions"),
        (record(&other, &at, "willi", b"table"), "record of run"),
        (record(&id, &unknown, "willi", b"table"), "commit"),
        ("{}".into(), "not a run's record"),
    ] {
        let (status, problem) = put(&hub, Who::Writer, &path(RunFile::Record), wrong).await;
        assert_eq!(status, 422, "{why}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(why), "{why}: {problem}");
    }
    assert_eq!(put(&hub, Who::Writer, &path(RunFile::Record), good).await.0, 201);
    assert_eq!(dataset.runs().await.unwrap(), std::slice::from_ref(&id));
    // A record without scores is no run that can be shown, but it can be deleted.
    let listed = hub.json(Who::Reader, &format!("{PETS}/runs")).await;
    assert_eq!(listed, json!({ "runs": [], "unreadable": [id] }));
    let answer = hub.get(Who::Reader, &format!("{PETS}/runs/last")).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let delete = |who| hub.request(who, Method::DELETE, &format!("{PETS}/runs/{id}")).send();
    assert_eq!(delete(Who::Reader).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(delete(Who::Writer).await.unwrap().status(), StatusCode::NO_CONTENT);
    assert!(dataset.run_files().await.unwrap().is_empty());
}

#[tokio::test]
async fn unfinished_runs_are_stored_and_removed_file_by_file() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    let id: RunId = "20260412-093015-1f0c22ab".parse().unwrap();
    for file in [RunFile::Plan, RunFile::Part(0), RunFile::Part(1)] {
        assert_eq!(put(&hub, Who::Writer, &layout::run(&id, file), "part").await.0, 201);
    }
    assert_eq!(dataset.run_files().await.unwrap()[&id].parts(), [0, 1]);
    let listed = hub.json(Who::Reader, &format!("{PETS}/objects?prefix=runs/{id}/")).await;
    assert_eq!(listed["objects"].as_array().unwrap().len(), 3);
    let path = format!("{PETS}/objects/{}", layout::run(&id, RunFile::Part(1)));
    let answer = hub.request(Who::Writer, Method::DELETE, &path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(dataset.run_files().await.unwrap()[&id].parts(), [0]);
    assert_eq!(hub.get(Who::Reader, &format!("{PETS}/runs/last")).await.status(), StatusCode::NOT_FOUND);
    let boards = hub.json(Who::Reader, &format!("{PETS}/leaderboard")).await;
    assert_eq!(boards, json!({ "boards": [] }));
}
