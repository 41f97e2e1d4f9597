//! Fetches from a small server on this machine.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use super::*;

/// A path, and what is answered to it.
type Response = (&'static str, fn(&mut dyn Write));

/// A server that answers each request with the response of its path; gives its address.
fn server(responses: &'static [Response]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default();
                if let Some((_, respond)) = responses.iter().find(|(known, _)| *known == path) {
                    respond(&mut stream);
                }
            });
        }
    });
    address
}

fn answer(to: &mut dyn Write, head: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = to.write_all(head.as_bytes());
    let _ = to.write_all(body);
}

fn png() -> Vec<u8> {
    hub_media::encode_png(&[1, 2, 3], 1, 1, 3).unwrap()
}

const RESPONSES: &[Response] = &[
    ("/a.png", |to| answer(to, "200 OK\r\nContent-Type: image/png", &png())),
    ("/untyped", |to| answer(to, "200 OK", &png())),
    ("/page", |to| answer(to, "200 OK\r\nContent-Type: text/html", b"<html>")),
    ("/lies.png", |to| answer(to, "200 OK\r\nContent-Type: image/png", b"<html>")),
    ("/long.png", |to| answer(to, "200 OK\r\nContent-Type: image/png", &[0; 5000])),
    ("/endless.png", |to| {
        let _ = to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n");
        while to.write_all(&[0; 1000]).is_ok() {}
    }),
    ("/slow.png", |to| {
        let _ = to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 10\r\n\r\n");
        std::thread::sleep(Duration::from_secs(60));
    }),
    ("/moved", |to| answer(to, "302 Found\r\nLocation: /a.png", b"")),
    ("/circle", |to| answer(to, "302 Found\r\nLocation: /circle", b"")),
    ("/away", |to| answer(to, "302 Found\r\nLocation: file:///etc/passwd", b"")),
    ("/nothing", |to| answer(to, "404 Not Found", b"")),
];

fn limits() -> FetchLimits {
    FetchLimits { bytes: 4000, time: Duration::from_secs(10), allow_private: true }
}

#[tokio::test]
async fn images_are_fetched_with_limits() {
    let server = server(RESPONSES);
    for path in ["a.png", "untyped", "moved"] {
        assert_eq!(fetch_image(&format!("{server}/{path}"), &limits()).await.unwrap(), png(), "{path}");
    }
    for (path, wanted) in [
        ("page", "found text/html, expected an image"),
        ("lies.png", "found a file of another type, expected an image"),
        ("long.png", "longer than 4000 bytes"),
        ("endless.png", "longer than 4000 bytes"),
        ("nothing", "the server answered 404"),
        ("circle", "too many redirects"),
        ("away", "the server answered 302"),
    ] {
        let error = fetch_image(&format!("{server}/{path}"), &limits()).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{path}: {error}");
    }
    let hasty = FetchLimits { time: Duration::from_millis(300), ..limits() };
    let error = fetch_image(&format!("{server}/slow.png"), &hasty).await.unwrap_err();
    assert!(matches!(error, FetchError::Time { .. }), "{error}");
}

#[tokio::test]
async fn private_networks_are_refused() {
    let server = server(RESPONSES);
    let port = server.rsplit(':').next().unwrap();
    let limits = FetchLimits { allow_private: false, ..limits() };
    for host in
        ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "0", "10.0.0.1"]
    {
        let error = fetch_image(&format!("http://{host}:{port}/a.png"), &limits).await.unwrap_err();
        assert!(matches!(error, FetchError::Private { .. }), "{host}: {error}");
    }
    for address in ["file:///etc/passwd", "ftp://example.com/a.png", "/a.png"] {
        let error = fetch_image(address, &limits).await.unwrap_err();
        assert!(matches!(error, FetchError::Address { .. }), "{address}: {error}");
    }
}
