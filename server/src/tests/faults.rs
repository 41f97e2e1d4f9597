//! Clients that disconnect, bodies that are too long or never end, path traversal.

use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::hub::problem;
use super::{Hub, Who};
use crate::config::Settings;
use crate::work::admission::Requester;

/// The beginning of a `PUT` of a blob whose body has `length` bytes.
async fn begin_put(hub: &Hub, hash: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(hub.address).await.unwrap();
    let token = hub.token(Who::Writer).unwrap();
    let head = format!(
        "PUT /api/v1/datasets/vision/pets/objects/blobs/{hash} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \
         {token}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut text)).await;
    assert!(read.is_ok(), "no answer");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn an_interrupted_upload_leaves_nothing() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let hash = blake3::hash(b"whatever").to_hex().to_string();
    let mut stream = begin_put(&hub, &hash, 50 << 20).await;
    stream.write_all(&vec![7; 5 << 20]).await.unwrap();
    stream.flush().await.unwrap();
    let folder = dataset.store().directory().unwrap().join("blobs");
    let files = || std::fs::read_dir(&folder).map_or(0, Iterator::count);
    for _ in 0..100 {
        if files() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(stream);
    for _ in 0..100 {
        if files() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(files(), 0);
}

#[tokio::test]
async fn a_silent_client_times_out() {
    let hub = Hub::with(Settings { idle_secs: Some(1), ..Settings::default() }).await;
    hub.dataset("pets", "private").await;
    let hash = blake3::hash(b"whatever").to_hex().to_string();
    let mut stream = begin_put(&hub, &hash, 100).await;
    stream.write_all(b"a few bytes").await.unwrap();
    let answer = answer(stream).await;
    assert!(answer.starts_with("HTTP/1.1 504") && answer.contains("/problems/timeout"), "{answer}");
}

#[tokio::test]
async fn long_bodies_are_refused() {
    let hub =
        Hub::with(Settings { object_bytes: Some(1000), commit_bytes: Some(1000), ..Settings::default() })
            .await;
    hub.dataset("pets", "private").await;
    let objects = "/api/v1/datasets/vision/pets/objects";
    let blob = format!("{objects}/blobs/{}", blake3::hash(b"x").to_hex());
    let long = hub.request(Who::Writer, Method::PUT, &blob).body(vec![1; 2000]).send().await.unwrap();
    assert_eq!(problem(long, 413).await, "too-large");
    let unknown = reqwest::Body::wrap_stream(futures::stream::iter(
        (0..20).map(|_| Ok::<_, std::io::Error>(vec![1; 100])),
    ));
    let unknown = hub.request(Who::Writer, Method::PUT, &blob).body(unknown).send().await.unwrap();
    assert_eq!(problem(unknown, 413).await, "too-large");
    let commit = format!("{objects}/refs/main/00000000000000000000.json");
    let commit =
        hub.request(Who::Writer, Method::PUT, &commit).header("if-none-match", "*").body(vec![b' '; 2000]);
    assert_eq!(problem(commit.send().await.unwrap(), 413).await, "too-large");
}

#[tokio::test]
async fn path_traversal_is_refused() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    for path in [
        "/api/v1/datasets/vision/pets/objects/../../../secret",
        "/api/v1/datasets/vision/pets/objects/%2e%2e/%2e%2e/%2e%2e/secret",
        "/api/v1/datasets/vision/pets/objects/..%2f..%2f..%2fsecret",
        "/api/v1/datasets/vision/pets/objects//etc/passwd",
        "/api/v1/datasets/vision/%2e%2e/objects/hub.json",
        "/api/v1/datasets/..%2f..%2f/pets/objects/hub.json",
        "/api/v1/datasets/vision/pets%00/objects/hub.json",
        "/files/00000000-0000-0000-0000-000000000000/..%2fsecret?exp=9999999999&sig=x",
    ] {
        let mut stream = TcpStream::connect(hub.address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = answer(stream).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        assert!(answer.contains("application/problem+json"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn an_overloaded_server_answers_503() {
    let hub = Hub::with(Settings { requests: Some(1), ..Settings::default() }).await;
    let other = Requester::new(None, "192.0.2.1");
    let taken = hub.state.requests.take(&other, 1).unwrap();
    let refused = hub.get(Who::Stranger, "/api/v1/datasets").await;
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(problem(refused, 503).await, "overloaded");
    assert_eq!(hub.get(Who::Stranger, "/healthz").await.status(), 200);
    drop(taken);
    assert_eq!(hub.get(Who::Stranger, "/api/v1/datasets").await.status(), 200);
    assert_eq!(problem(hub.get(Who::Stranger, "/nothing").await, 404).await, "not-found");
    let wrong = hub.request(Who::Stranger, Method::POST, "/healthz").send().await.unwrap();
    assert_eq!(problem(wrong, 405).await, "method-not-allowed");
}

#[tokio::test]
async fn a_problem_is_compressed_once() {
    use std::io::Read;
    let hub = Hub::new().await;
    let long = format!("/api/v1/deleted/{}/restore", "x".repeat(3000));
    let got =
        hub.request(Who::Admin, Method::POST, &long).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(
        (got.status().as_u16(), &got.headers()["content-type"]),
        (400, &"application/problem+json".parse().unwrap())
    );
    let zipped = got.headers().get("content-encoding").is_some_and(|e| e == "gzip");
    let bytes = got.bytes().await.unwrap();
    let mut text = String::new();
    match zipped {
        true => drop(flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap()),
        false => text.push_str(std::str::from_utf8(&bytes).unwrap()),
    }
    assert!(text.contains("/problems/bad-request"), "{text}");
}

/// Reads until the connection ends; returns the number of bytes and the time.
async fn until_the_end(stream: &mut TcpStream) -> (usize, Duration) {
    let begun = std::time::Instant::now();
    let mut bytes = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await;
    assert!(ended.is_ok(), "it never ended");
    (bytes.len(), begun.elapsed())
}

#[tokio::test]
async fn an_endless_head_times_out() {
    let hub = Hub::with(Settings { idle_secs: Some(1), ..Settings::default() }).await;
    // Silence, an incomplete head, and a slow head (one byte at a time).
    for beginning in ["", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let mut stream = TcpStream::connect(hub.address).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let (mut read, mut write) = stream.split();
        let drip = async {
            while !beginning.is_empty() && write.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            std::future::pending::<()>().await;
        };
        let mut rest = Vec::new();
        tokio::select! {
            () = drip => {}
            ended = tokio::time::timeout(Duration::from_secs(10), read.read_to_end(&mut rest)) => {
                assert!(ended.is_ok(), "it was never cut off");
            }
        }
    }
    assert_eq!(hub.get(Who::Stranger, "/healthz").await.status(), 200);
}

#[tokio::test]
async fn an_unread_download_times_out() {
    let hub = Hub::with(Settings { idle_secs: Some(1), ..Settings::default() }).await;
    let dataset = hub.dataset("pets", "public").await;
    let content = vec![7; 40 << 20];
    let path = format!("blobs/{}", blake3::hash(&content).to_hex());
    dataset.store().put(&path, content).await.unwrap();
    let head = format!("GET /api/v1/datasets/vision/pets/objects/{path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut stream = TcpStream::connect(hub.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let (came, _) = until_the_end(&mut stream).await;
    assert!(came < 40 << 20, "all of it came, though nobody read for four seconds");
    // A slow reader is served.
    let mut stream = TcpStream::connect(hub.address).await.unwrap();
    stream.write_all(head.replace("Host: x", "Host: x\r\nConnection: close").as_bytes()).await.unwrap();
    let (mut came, mut bytes) = (0, vec![0; 4 << 20]);
    while let n @ 1.. = stream.read(&mut bytes).await.unwrap() {
        came += n;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(came > 40 << 20);
}
