//! An HTTP client that is as light as possible: one connection, one request at a time, bodies read and dropped.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// One connection to a server.
pub struct Client {
    requests: SendRequest<Full<Bytes>>,
    address: String,
    token: Option<String>,
}

impl Client {
    /// Connects; the token, if any, is sent with every request.
    pub async fn connect(address: &str, token: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async { connection.await.ok() });
        Ok(Self { requests, address: address.to_owned(), token: token.map(str::to_owned) })
    }

    /// Sends a GET request; returns the response before its body has arrived.
    pub async fn request(&mut self, path: &str, range: Option<(u64, u64)>) -> Result<Response<Incoming>> {
        let mut request = Request::get(path).header("host", &self.address);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some((first, last)) = range {
            request = request.header("range", format!("bytes={first}-{last}"));
        }
        self.send(request.body(Full::default())?).await
    }

    /// Sends a GET request, and reads and drops the body; returns its bytes. Any status but success is an error.
    pub async fn get(&mut self, path: &str, range: Option<(u64, u64)>) -> Result<u64> {
        let answer = self.request(path, range).await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        let (mut body, mut bytes) = (answer.into_body(), 0);
        while let Some(frame) = body.frame().await {
            bytes += frame?.data_ref().map_or(0, Bytes::len) as u64;
        }
        Ok(bytes)
    }

    /// The JSON at a path.
    pub async fn json(&mut self, path: &str) -> Result<Value> {
        let answer = self.request(path, None).await?;
        json_body(path, answer).await
    }

    /// Posts JSON; returns the JSON of the response.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let token = self.token.as_deref().unwrap_or_default();
        let request = Request::post(path)
            .header("host", &self.address)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))?;
        let answer = self.send(request).await?;
        json_body(path, answer).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>> {
        self.requests.ready().await?;
        Ok(self.requests.send_request(request).await?)
    }
}

async fn json_body(path: &str, answer: Response<Incoming>) -> Result<Value> {
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    ensure!(status == StatusCode::OK, "{path}: {status} {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).with_context(|| format!("{path}: the response is not JSON"))
}
