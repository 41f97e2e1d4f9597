//! `/events`: commits as they are made.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::json;

use super::hub::{append, problem};
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

/// The text of the stream up to the first that contains `wanted`.
async fn until(stream: &mut Response, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let piece = tokio::time::timeout(Duration::from_secs(60), stream.chunk()).await.expect(&text);
        text.push_str(std::str::from_utf8(&piece.unwrap().expect(&text)).unwrap());
    }
    text
}

#[tokio::test]
async fn a_page_is_told_of_a_commit() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    let row = hub.json(Who::Reader, &format!("{PETS}/rows/0?columns=n")).await["row"]["row_id"].clone();
    let mut stream = hub.get(Who::Reader, &format!("{PETS}/events")).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    until(&mut stream, "waiting").await;
    let edits = json!({ "base": "main", "message": "Seen\nby all", "changes": [{ "row_id": row, "column": "n", "value": 9 }] });
    let done = hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), edits).await;
    assert_eq!(done.status(), 200);
    let text = until(&mut stream, "data: ").await;
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_else(|| panic!("{text}"));
    let commit: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(
        (&commit["version"], &commit["branch"], &commit["message"]),
        (&json!(1), &json!("main"), &json!("Seen\nby all"))
    );
    let hidden = hub.get(Who::Outsider, &format!("{PETS}/events")).await;
    assert_eq!(problem(hidden, 404).await, "not-found");
}
