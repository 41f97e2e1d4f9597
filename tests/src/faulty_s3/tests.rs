//! The proxy with `object_store` on one side and, on the other, a server of a few lines; then a real one.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, RetryConfig};

use super::FaultyS3;

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A server that knows PUT (with `If-None-Match: *`) and GET, one request a connection.
fn tiny_server() -> (String, Objects) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let objects = Objects::default();
    let shared = Arc::clone(&objects);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = answer(stream.unwrap(), &shared);
        }
    });
    (endpoint, objects)
}

fn answer(mut stream: TcpStream, objects: &Objects) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head)? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length =
        head.lines().find_map(|l| l.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let key = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut objects = objects.lock().unwrap();
    let (status, body) = match objects.get(&key) {
        Some(_) if head.starts_with("put") && head.contains("if-none-match: *") => (412, Vec::new()),
        _ if head.starts_with("put") => {
            objects.insert(key, body);
            (200, Vec::new())
        }
        Some(held) => (200, held.clone()),
        None => (404, Vec::new()),
    };
    write!(stream, "HTTP/1.1 {status} -\r\nETag: \"1\"\r\nLast-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n")?;
    write!(stream, "Content-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(&body)
}

fn store(endpoint: &str, retries: usize) -> AmazonS3 {
    let backoff = BackoffConfig { init_backoff: Duration::from_millis(1), ..BackoffConfig::default() };
    AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_bucket_name("bucket")
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .with_retry(RetryConfig { max_retries: retries, backoff, ..RetryConfig::default() })
        .with_client_options(ClientOptions::new().with_allow_http(true).with_timeout(Duration::from_secs(2)))
        .build()
        .unwrap()
}

async fn create(store: &AmazonS3, key: &str, value: &'static [u8]) -> object_store::Result<()> {
    store.put_opts(&Path::from(key), value.into(), PutMode::Create.into()).await.map(|_| ())
}

async fn get(store: &AmazonS3, key: &str) -> object_store::Result<bytes::Bytes> {
    store.get(&Path::from(key)).await?.bytes().await
}

#[tokio::test]
async fn passes_everything_on_until_told_otherwise() {
    let (server, _) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    let store = store(&faulty.endpoint(), 0);
    create(&store, "a", b"hello").await.unwrap();
    assert_eq!(get(&store, "a").await.unwrap(), "hello");
    assert!(matches!(create(&store, "a", b"again").await, Err(Error::AlreadyExists { .. })));
    assert!(matches!(get(&store, "b").await, Err(Error::NotFound { .. })));
    let seen = faulty.requests();
    assert_eq!(seen[0].line, "PUT /bucket/a");
    assert!(seen.len() == 4 && seen.iter().all(|r| !r.spoiled));
}

#[tokio::test]
async fn a_dropped_precondition_overwrites_without_a_word() {
    let (server, _) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    let store = store(&faulty.endpoint(), 0);
    faulty.drop_preconditions(true);
    create(&store, "a", b"first").await.unwrap();
    create(&store, "a", b"second").await.unwrap();
    assert_eq!(get(&store, "a").await.unwrap(), "second");
}

#[tokio::test]
async fn failed_requests_never_reach_the_server_and_can_be_tried_again() {
    let (server, objects) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    faulty.fail_next(1, 500);
    create(&store(&faulty.endpoint(), 0), "a", b"hello").await.unwrap_err();
    assert!(objects.lock().unwrap().is_empty());
    faulty.fail_next(2, 503);
    create(&store(&faulty.endpoint(), 3), "a", b"hello").await.unwrap();
    assert_eq!(faulty.requests().iter().map(|r| r.spoiled).collect::<Vec<_>>(), [true, true, true, false]);
}

#[tokio::test]
async fn only_some_requests_are_touched() {
    let (server, _) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    let store = store(&faulty.endpoint(), 0);
    faulty.only("PUT /bucket/refs/");
    faulty.fail_next(1, 500);
    create(&store, "data/a", b"data").await.unwrap();
    create(&store, "refs/a", b"commit").await.unwrap_err();
    create(&store, "refs/a", b"commit").await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_leaves_the_work_done() {
    let (server, objects) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    let store = store(&faulty.endpoint(), 0);
    faulty.lose_next_answers(1);
    create(&store, "a", b"hello").await.unwrap_err();
    assert_eq!(objects.lock().unwrap()["/bucket/a"], b"hello");
    assert!(matches!(create(&store, "a", b"hello").await, Err(Error::AlreadyExists { .. })));
}

#[tokio::test]
async fn answers_and_uploads_break_in_the_middle() {
    let (server, objects) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    let store = store(&faulty.endpoint(), 0);
    create(&store, "a", b"0123456789").await.unwrap();
    faulty.cut_after(4);
    get(&store, "a").await.unwrap_err();
    assert_eq!(raw_get(&faulty.endpoint(), "/bucket/a"), "0123", "what came before the cut arrives");
    faulty.heal();
    faulty.cut_uploads_after(4);
    create(&store, "b", b"0123456789").await.unwrap_err();
    assert!(!objects.lock().unwrap().contains_key("/bucket/b"));
    create(&store, "c", b"0123").await.unwrap();
    faulty.heal();
    assert_eq!(get(&store, "a").await.unwrap(), "0123456789");
}

/// The body of an answer, as far as it came.
fn raw_get(endpoint: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.to_lowercase().contains("content-length: 10"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn silence_is_the_clients_to_end() {
    let (server, _) = tiny_server();
    let faulty = FaultyS3::start(&server).unwrap();
    faulty.hang_next(1);
    let store = store(&faulty.endpoint(), 0);
    get(&store, "a").await.unwrap_err();
    assert!(matches!(get(&store, "a").await, Err(Error::NotFound { .. })));
    faulty.hang_next(1);
    let left_hanging = tokio::spawn(async move { get(&store, "a").await });
    while faulty.requests().len() < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(faulty); // returns although a request is under way
    left_hanging.await.unwrap().unwrap_err();
}

#[test]
fn an_upstream_must_be_an_http_address() {
    assert!(FaultyS3::start("localhost").is_err());
    assert!(FaultyS3::start("http://localhost").is_err());
}

#[tokio::test]
async fn in_front_of_a_real_server() {
    let Some(s3) = crate::s3() else { return };
    let faulty = FaultyS3::start(&s3.endpoint).unwrap();
    let key = s3.fresh_prefix("faulty");
    let store = AmazonS3Builder::new()
        .with_endpoint(faulty.endpoint())
        .with_bucket_name(&s3.bucket)
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .with_allow_http(true)
        .build()
        .unwrap();
    let body: &'static [u8] = &[7; 3 << 20];
    create(&store, &key, body).await.unwrap();
    assert_eq!(get(&store, &key).await.unwrap(), body);
    assert!(matches!(create(&store, &key, b"x").await, Err(Error::AlreadyExists { .. })));
    faulty.drop_preconditions(true);
    create(&store, &key, b"overwritten").await.unwrap();
    assert_eq!(get(&store, &key).await.unwrap(), "overwritten");
}
