//! A server for tests: a thread a connection, answers by a closure, one request a connection.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hub_schema::api::{AccessDenied, Problem};

use super::super::{Address, Connection, Network, Notes, Patience, Token};

/// A request, read to its end.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A part of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        let found = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The length that is announced, if it is not the body's.
    pub length: Option<u64>,
    /// Nothing is sent at all: the connection ends, or stays silent.
    pub silent: Option<Duration>,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), length: None, silent: None }
    }

    pub fn json(status: u16, value: serde_json::Value) -> Self {
        Self::new(status, value.to_string()).header("content-type", "application/json")
    }

    pub fn problem(status: u16, slug: &str, detail: &str) -> Self {
        Self::problem_with(status, slug, detail, AccessDenied::default())
    }

    /// A problem with extension members.
    pub fn problem_with(status: u16, slug: &str, detail: &str, access: AccessDenied) -> Self {
        let document = Problem {
            kind: format!("/problems/{slug}"),
            title: format!("Title of {slug}"),
            status,
            detail: detail.to_owned(),
            instance: "/".to_owned(),
            request_id: "r-1".to_owned(),
            access,
            ..Problem::default()
        };
        let document = serde_json::to_value(document).unwrap();
        Self::new(status, document.to_string()).header("content-type", "application/problem+json")
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The connection ends without a word.
    pub fn cut() -> Self {
        Self { silent: Some(Duration::ZERO), ..Self::new(0, "") }
    }

    /// Nothing comes for a while.
    pub fn hang(time: Duration) -> Self {
        Self { silent: Some(time), ..Self::new(0, "") }
    }

    /// Bytes of an object, as the request's range says.
    pub fn object(request: &Request, object: &[u8]) -> Self {
        let Some(range) = request.header("range").and_then(|text| text.strip_prefix("bytes=")) else {
            return Self::new(200, object);
        };
        let (start, last) = range.split_once('-').unwrap();
        let end = last.parse::<usize>().map_or(object.len(), |last| (last + 1).min(object.len()));
        let start: usize = start.parse().unwrap();
        if start >= end {
            return Self::problem(416, "bad-range", "outside");
        }
        let content_range = format!("bytes {start}-{}/{}", end - 1, object.len());
        Self::new(206, &object[start..end]).header("content-range", &content_range)
    }
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A server that runs until it is dropped.
pub struct Fake {
    pub address: Address,
    /// The hub that connects to it.
    pub network: Network,
    notes: Arc<Mutex<Vec<String>>>,
    requests: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
}

impl Fake {
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (requests, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (handler, log, stopped): (Arc<Handler>, _, _) =
            (Arc::new(handler), requests.clone(), stop.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (handler, log) = (handler.clone(), log.clone());
                std::thread::spawn(move || drop(serve(stream, &*handler, &log)));
            }
        });
        let (network, notes) = listening();
        Self { address, network, notes, requests, stop }
    }

    /// The requests so far, as `GET /path?query`.
    pub fn log(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|r| format!("{} {}", r.method, r.target)).collect()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// How many requests have this in them.
    pub fn count(&self, part: &str) -> usize {
        self.log().iter().filter(|line| line.contains(part)).count()
    }

    pub fn connection(&self) -> Connection {
        self.connection_of(&self.network)
    }

    /// The connection of another hub.
    pub fn connection_of(&self, network: &Network) -> Connection {
        Connection::new(self.address.clone(), Token::parse("hub_secret"), quick(), network).unwrap()
    }

    /// What a person was told of a place.
    pub fn notes(&self, place: &str) -> Vec<String> {
        self.notes.lock().unwrap().iter().filter(|note| note.contains(place)).cloned().collect()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address.to_string().trim_start_matches("http://"));
    }
}

/// A hub's network, and what a person is told of it.
pub fn listening() -> (Network, Arc<Mutex<Vec<String>>>) {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&notes);
    (Network::new(Notes::to(move |note| sink.lock().unwrap().push(note.to_owned()))), notes)
}

/// Patience for tests.
pub fn quick() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        link_connect: Duration::from_millis(300),
        link_answer: Duration::from_millis(300),
        idle: Duration::from_millis(600),
        answer: Duration::from_millis(1500),
        pause: Duration::from_millis(2),
        longest_pause: Duration::from_millis(20),
        first_tries: 2,
        tries: 8,
        note_after: Duration::from_millis(500),
    }
}

fn serve(stream: TcpStream, handler: &Handler, log: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(()) };
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let request = Request { method, target, headers, body };
    log.lock().unwrap().push(request.clone());
    let reply = handler(&request);
    if let Some(time) = reply.silent {
        std::thread::sleep(time);
        return stream.shutdown(Shutdown::Both);
    }
    let length = reply.length.unwrap_or(reply.body.len() as u64);
    let mut head =
        format!("HTTP/1.1 {} X\r\nconnection: close\r\ncontent-length: {length}\r\n", reply.status);
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    if request.method != "HEAD" {
        stream.write_all(&reply.body)?;
    }
    stream.flush()?;
    stream.shutdown(Shutdown::Write)?;
    // So that the answer is not lost to a reset.
    std::io::copy(&mut reader, &mut std::io::sink()).map(drop)
}
