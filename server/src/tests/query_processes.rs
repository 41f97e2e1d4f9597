//! Queries of people who want the server for themselves: they end within their limits, and nobody else waits.

use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value as Json, json};

use super::hub::{append, body};
use super::{Hub, Who};
use crate::config::Settings;

/// How long another request may take meanwhile. It takes milliseconds; a server that is blocked takes as long as the
/// query.
pub const PROMPT: Duration = Duration::from_secs(5);

/// The process of queries that the tests' hubs start: see `query_process::processes::command`.
#[test]
#[ignore = "no test: the server starts it"]
fn process() {
    crate::run_worker();
}

pub async fn pets(settings: Settings) -> Hub {
    let hub = Hub::with(settings).await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[50, 40]), ("test", &[10])]).await;
    hub
}

async fn ask(hub: &Hub, sql: &str) -> Response {
    let question = json!({ "sql": sql, "datasets": ["vision/pets"] });
    hub.send(Who::Stranger, Method::POST, "/api/v1/query", question).await
}

/// The detail of a problem with this status and kind.
async fn problem(response: Response, status: u16, kind: &str) -> String {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let json = body(response, StatusCode::from_u16(status).unwrap()).await;
    assert_eq!(json["type"], format!("/problems/{kind}"), "{json}");
    json["detail"].as_str().unwrap().to_owned()
}

/// Peak memory in RAM of a process, in bytes; 0 if it has ended.
pub fn peak_bytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() << 10)
}

/// Does a process run, and is it not just waiting to be reaped?
fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// Waits until every process but those without a query has ended.
pub async fn nothing_burns_on(hub: &Hub) {
    let (started, idle) = hub.state.queries.ids();
    let others: Vec<u32> = started.into_iter().filter(|id| !idle.contains(id)).collect();
    let begun = Instant::now();
    while others.iter().any(|id| runs(*id)) {
        assert!(begun.elapsed() < Duration::from_secs(20), "of {others:?} some still run");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks while other routes are requested, which must answer.
async fn while_others_are_answered(hub: &Hub, sql: &str) -> [Response; 2] {
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for path in ["/healthz", "/api/v1/datasets", "/api/v1/datasets/vision/pets/rows"] {
            let answer = tokio::time::timeout(PROMPT, hub.get(Who::Outsider, path)).await;
            assert_eq!(answer.expect("another request waits for the query").status(), 200, "{path}");
        }
    };
    let (one, two, ()) = tokio::join!(ask(hub, sql), ask(hub, sql), others);
    [one, two]
}

#[tokio::test]
async fn a_type_with_a_size_is_refused() {
    let hub = pets(Settings::default()).await;
    let own = std::process::id();
    let before = peak_bytes(own);
    for wide in [
        "arrow_cast(NULL, 'FixedSizeList(100000000, Int64)')",
        "arrow_try_cast(text, 'FixedSizeBinary(1000000000)')",
        "CAST(NULL AS INT[100000000])",
        "arrow_cast(NULL, 'List(FixedSizeList(2000, FixedSizeList(2000, Int64)))')",
    ] {
        let sql = format!("SELECT {wide} FROM samples");
        let detail = problem(ask(&hub, &sql).await, 422, "bad-filter").await;
        assert!(detail.contains("1024") && detail.contains("cast to"), "{detail}");
        let path = format!("/api/v1/datasets/vision/pets/rows?where={wide} IS NULL");
        problem(hub.get(Who::Stranger, &path).await, 422, "bad-filter").await;
    }
    let (processes, _) = hub.state.queries.ids();
    assert!(processes.iter().all(|id| peak_bytes(*id) < 500 << 20));
    // Other tests run in this process too.
    assert!(peak_bytes(own) < before + (1 << 30));
}

#[tokio::test]
async fn comparing_long_texts_is_refused_and_blocks_nobody() {
    let hub = pets(Settings::default()).await;
    let (one, other) = ("a".repeat(16_000), "b".repeat(16_000));
    let sql = format!("SELECT sum(levenshtein(concat(image.name, '{one}'), '{other}')) FROM samples");
    for refused in while_others_are_answered(&hub, &sql).await {
        let detail = problem(refused, 422, "bad-filter").await;
        assert!(detail.contains("levenshtein") && detail.contains("4096"), "{detail}");
    }
    let short = "SELECT sum(levenshtein(text, 'row 8')) AS n FROM samples WHERE n < 3";
    assert_eq!(body(ask(&hub, short).await, StatusCode::OK).await, json!([{ "n": 2 }]));
}

#[tokio::test]
async fn a_slow_query_ends_at_its_time_limit_and_blocks_nobody() {
    let hub = pets(Settings { request_secs: Some(3), ..Settings::default() }).await;
    let (one, other) = ("a".repeat(4_000), "b".repeat(4_000));
    // Each of the million rows takes milliseconds.
    let slow = format!(
        "SELECT sum(levenshtein(concat(a.text, '{one}'), '{other}')) FROM samples a, samples b, samples c"
    );
    for late in while_others_are_answered(&hub, &slow).await {
        let detail = problem(late, 504, "timeout").await;
        assert!(!detail.is_empty());
    }
    nothing_burns_on(&hub).await;
}

#[tokio::test]
async fn a_query_that_takes_too_much_memory_ends_with_its_process() {
    let hub = pets(Settings { query_memory_bytes: Some(64 << 20), ..Settings::default() }).await;
    // 160 MB of different texts.
    let long = "x".repeat(16_000);
    let sql =
        format!("SELECT count(DISTINCT concat(a.text, b.text, '{long}')) AS n FROM samples a, samples b");
    let begun = tokio::spawn({
        let question = json!({ "sql": sql, "datasets": ["vision/pets"] });
        hub.request(Who::Stranger, Method::POST, "/api/v1/query").json(&question).send()
    });
    let mut peak = 0;
    while !begun.is_finished() {
        let (processes, _) = hub.state.queries.ids();
        peak = processes.into_iter().map(peak_bytes).max().unwrap_or_default().max(peak);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let detail = problem(begun.await.unwrap().unwrap(), 422, "bad-filter").await;
    assert!(detail.contains("67108864 bytes") && detail.contains("WHERE"), "{detail}");
    // The limit, and what a process may take besides it.
    assert!(peak < (64 << 20) + (384 << 20), "{peak}");
    nothing_burns_on(&hub).await;
    assert_eq!(
        body(ask(&hub, "SELECT count(*) AS n FROM samples").await, StatusCode::OK).await,
        json!([{ "n": 100 }])
    );
}

#[tokio::test]
async fn a_query_is_killed_when_its_client_is_gone() {
    let hub = pets(Settings::default()).await;
    let slow = "SELECT count(*) FROM samples a, samples b, samples c, samples d, samples e \
                WHERE a.n + b.n + c.n + d.n <> e.n";
    assert!(tokio::time::timeout(Duration::from_secs(1), ask(&hub, slow)).await.is_err());
    let begun = Instant::now();
    loop {
        let (started, idle) = hub.state.queries.ids();
        if started.len() == 1 && idle.is_empty() && !runs(started[0]) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{started:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_process_answers_many_queries() {
    let hub = pets(Settings::default()).await;
    for n in 0..20 {
        let sql = format!("SELECT count(*) AS n FROM samples WHERE n < {n}");
        assert_eq!(body(ask(&hub, &sql).await, StatusCode::OK).await, json!([{ "n": n }]));
        let wrong = problem(ask(&hub, "SELECT nothing FROM samples").await, 422, "bad-filter").await;
        assert!(wrong.contains("no column 'nothing'"), "{wrong}");
    }
    // The index of labels is the server's.
    let dogs = "SELECT count(*) AS n FROM samples WHERE isa(label, 'dog.n.01')";
    let dogs: Json = body(ask(&hub, dogs).await, StatusCode::OK).await;
    assert_eq!(dogs, json!([{ "n": 50 }]));
    let rows = hub
        .json(Who::Stranger, "/api/v1/datasets/vision/pets/rows?columns=n&where=isa(label,'cat.n.01')")
        .await;
    assert_eq!(rows["total"], 50);
    assert_eq!(hub.state.queries.ids().0.len(), 1);
}
