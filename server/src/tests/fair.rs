//! Filters and queries of one caller don't block those of others.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::hub::{append, body, problem};
use super::{Hub, Who};
use crate::work::admission::{Permit, Requester};

const ROWS: &str = "/api/v1/datasets/vision/pets/rows?columns=n&where=";

async fn pets() -> Hub {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[5, 4])]).await;
    hub
}

/// Takes all permits that one anonymous caller may have.
async fn take_all_permits(hub: &Hub) -> [Permit; 2] {
    let take = || hub.state.filters.take(Requester::Anonymous(hub.address.ip().to_string()));
    [take().await.unwrap(), take().await.unwrap()]
}

async fn ask(hub: &Hub, who: Who, sql: &str) -> reqwest::Response {
    let question = json!({ "sql": sql, "datasets": ["vision/pets"] });
    hub.send(who, Method::POST, "/api/v1/query", question).await
}

#[tokio::test]
async fn one_callers_queries_are_refused_and_others_answered() {
    let hub = pets().await;
    let permits = take_all_permits(&hub).await;
    let count = "SELECT count(*) AS n FROM samples";
    let path = format!("{ROWS}n>1");
    let plan = "/api/v1/datasets/vision/pets/plan";
    let (row, question, stream, planned) = tokio::join!(
        hub.get(Who::Stranger, &path),
        ask(&hub, Who::Stranger, count),
        hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/stream?where=n>2"),
        hub.send(Who::Stranger, Method::POST, plan, json!({ "where": "n > 3" })),
    );
    for refused in [row, question, stream, planned] {
        assert_eq!(refused.headers()["retry-after"], "2");
        assert_eq!(problem(refused, 429).await, "too-many-at-once");
    }
    let begun = Instant::now();
    assert_eq!(hub.json(Who::Outsider, &path).await["total"], 7);
    assert_eq!(body(ask(&hub, Who::Outsider, count).await, StatusCode::OK).await, json!([{ "n": 9 }]));
    // A cached filter, or a request without a filter, needs no permit.
    assert_eq!(hub.json(Who::Stranger, &path).await["total"], 7);
    let wrong = hub.get(Who::Outsider, &format!("{ROWS}n>>")).await;
    assert_eq!(problem(wrong, 422).await, "bad-filter");
    assert_eq!(problem(ask(&hub, Who::Outsider, "SELEC n").await, 422).await, "bad-filter");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(permits);
    assert_eq!(ask(&hub, Who::Stranger, count).await.status(), 200);
}

#[tokio::test]
async fn a_refusal_is_not_shared() {
    let hub = pets().await;
    let _permits = take_all_permits(&hub).await;
    let path = format!("{ROWS}n>1");
    let later = async {
        // The anonymous caller's evaluation waits for a permit, and this request for that evaluation.
        tokio::time::sleep(Duration::from_millis(300)).await;
        hub.json(Who::Outsider, &path).await
    };
    let (refused, answered): (_, Json) = tokio::join!(hub.get(Who::Stranger, &path), later);
    assert_eq!(problem(refused, 429).await, "too-many-at-once");
    assert_eq!(answered["total"], 7);
}
