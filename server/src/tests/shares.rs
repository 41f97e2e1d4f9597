//! Every share is a caller's share: slow bodies, streams and made-up tokens of one caller leave others alone.

use std::time::Duration;

use reqwest::{Method, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::hub::{append, problem};
use super::{Hub, Who};
use crate::config::Settings;

/// A hub behind a proxy, so that requests can come from any address.
async fn proxied(settings: Settings) -> Hub {
    Hub::with(Settings { trust_forwarded: Some(true), ..settings }).await
}

async fn get_from(hub: &Hub, address: &str, path: &str) -> Response {
    let request = hub.request(Who::Stranger, Method::GET, path).header("x-forwarded-for", address);
    request.send().await.unwrap()
}

/// A request whose head is complete and whose body isn't.
async fn slow_post(hub: &Hub, from: &str, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(hub.address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {from}\r\nContent-Type: \
         application/json\r\nContent-Length: 100000\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// What has been answered, as far as it has come within a moment.
async fn answered(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    match tokio::time::timeout(Duration::from_millis(300), stream.read(&mut bytes)).await {
        Ok(read) => String::from_utf8_lossy(&bytes[..read.unwrap_or(0)]).into_owned(),
        Err(_) => String::new(),
    }
}

#[tokio::test]
async fn bodies_that_trickle_take_nobodys_turn() {
    let hub = proxied(Settings { requests: Some(32), ..Settings::default() }).await;
    hub.dataset("pets", "public").await;
    let mut slow = Vec::new();
    for path in [
        "/api/v1/session",
        "/api/v1/setup",
        "/api/v1/query",
        "/setup",
        "/hf/api/datasets/vision/pets/paths-info/main",
    ] {
        for _ in 0..10 {
            slow.push(slow_post(&hub, "192.0.2.1", path).await);
        }
    }
    // They come from one network, which may have eight waiting bodies of 32; the others are refused.
    let mut refused = 0;
    for stream in &mut slow {
        let answer = answered(stream).await;
        refused += usize::from(answer.starts_with("HTTP/1.1 429") && answer.contains("too-many-at-once"));
    }
    assert_eq!(refused, slow.len() - 8);
    for (who, from) in
        [(Who::Stranger, "192.0.2.1"), (Who::Stranger, "198.51.100.1"), (Who::Reader, "192.0.2.1")]
    {
        let request = hub.request(who, Method::GET, "/api/v1/datasets").header("x-forwarded-for", from);
        assert_eq!(request.send().await.unwrap().status(), 200, "{who:?} {from}");
    }
    // A body that comes with its head is not waited for: people of that network can log in.
    let login = serde_json::json!({ "name": "olga", "password": "olgas password" });
    let request = hub.request(Who::Stranger, Method::POST, "/api/v1/session").json(&login);
    assert_eq!(request.header("x-forwarded-for", "192.0.2.1").send().await.unwrap().status(), 200);
    // Many networks together leave room for users.
    for n in 0..40 {
        slow.push(slow_post(&hub, &format!("203.0.113.{n}"), "/api/v1/query").await);
    }
    let request =
        hub.request(Who::Reader, Method::POST, "/api/v1/query").header("x-forwarded-for", "192.0.2.1");
    let asked = request.json(&serde_json::json!({ "sql": "SELECT 1" })).send().await.unwrap();
    assert_eq!(asked.status(), 200, "{}", asked.text().await.unwrap());
}

#[tokio::test]
async fn a_body_that_trickles_times_out() {
    let hub = Hub::with(Settings { idle_secs: Some(1), ..Settings::default() }).await;
    for path in ["/api/v1/session", "/setup"] {
        let stream = slow_post(&hub, "192.0.2.1", path).await;
        let (mut read, mut write) = stream.into_split();
        let drip = tokio::spawn(async move {
            while write.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let mut answer = vec![0; 4096];
        let came = tokio::time::timeout(Duration::from_secs(10), read.read(&mut answer)).await;
        let came = came.expect("it was never cut off").unwrap();
        let answer = String::from_utf8_lossy(&answer[..came]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 504") && answer.contains("too slowly"), "{answer}");
        drip.abort();
    }
}

#[tokio::test]
async fn one_stranger_has_a_part_of_the_streams() {
    let hub = proxied(Settings { streams: Some(32), ..Settings::default() }).await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[1500; 40])]).await;
    let stream = "/api/v1/datasets/vision/pets/stream";
    let mut open = Vec::new();
    let mut seen = Vec::new();
    for n in 0..12 {
        // Addresses of one IPv6 network.
        let got = get_from(&hub, &format!("2001:db8::{n}"), stream).await;
        seen.push(got.status().as_u16());
        open.push(got);
    }
    assert_eq!(seen, [[200; 8].as_slice(), &[429; 4]].concat());
    assert_eq!(problem(open.pop().unwrap(), 429).await, "too-many-at-once");
    assert_eq!(get_from(&hub, "192.0.2.1", stream).await.status(), 200);
    // Strangers of many networks leave a quarter to users.
    let mut refused = 0;
    for n in 0..30 {
        let got = get_from(&hub, &format!("203.0.113.{n}"), stream).await;
        refused += usize::from(got.status() == 503);
        open.push(got);
    }
    assert!(refused > 0);
    let request = hub.request(Who::Outsider, Method::GET, stream).header("x-forwarded-for", "192.0.2.1");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn made_up_tokens_take_the_turns_of_their_network() {
    let hub = proxied(Settings::default()).await;
    let mut statuses = Vec::new();
    for n in 0..130 {
        let request =
            hub.http.get(format!("http://{}/api/v1/me", hub.address)).bearer_auth(format!("hub_{n}"));
        let address = format!("2001:db8:0:7::{n}");
        statuses.push(request.header("x-forwarded-for", address).send().await.unwrap().status().as_u16());
    }
    assert_eq!((statuses[0], statuses[129]), (401, 429));
    // A right token from that network works, and so does a wrong one from another.
    let request =
        hub.request(Who::Reader, Method::GET, "/api/v1/me").header("x-forwarded-for", "2001:db8:0:7::1");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let request = hub.http.get(format!("http://{}/api/v1/me", hub.address)).bearer_auth("hub_x");
    assert_eq!(request.header("x-forwarded-for", "192.0.2.1").send().await.unwrap().status(), 401);
}
