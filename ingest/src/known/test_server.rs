//! A web server of a few lines that misbehaves on request.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How it answers the next request for a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// The file, or the range asked for.
    Serve,
    /// The file, whatever range is asked for.
    IgnoreRange,
    /// So many bytes of it, then the connection ends.
    CutAfter(usize),
    /// This status and no body.
    Status(u16),
}

#[derive(Default)]
struct State {
    files: HashMap<String, Vec<u8>>,
    acts: HashMap<String, Vec<Act>>,
    log: Vec<(String, Option<u64>)>,
}

/// A server on a free port; it lives until the test ends.
#[derive(Clone)]
pub struct Server {
    state: Arc<Mutex<State>>,
    pub base: String,
}

impl Server {
    pub fn start<const N: usize>(files: [(&str, Vec<u8>); N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/files", listener.local_addr().unwrap());
        let files = files.into_iter().map(|(name, bytes)| (format!("/files/{name}"), bytes)).collect();
        let state = Arc::new(Mutex::new(State { files, ..State::default() }));
        let server = Self { state: state.clone(), base };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = state.clone();
                std::thread::spawn(move || drop(answer(stream, &state)));
            }
        });
        server
    }

    /// What it does on the next requests for a file; afterwards it serves.
    pub fn next(&self, name: &str, acts: impl IntoIterator<Item = Act>) {
        let acts = acts.into_iter().collect();
        self.state.lock().unwrap().acts.insert(format!("/files/{name}"), acts);
    }

    /// The requests so far: file and where the range began.
    pub fn log(&self) -> Vec<(String, Option<u64>)> {
        self.state.lock().unwrap().log.clone()
    }
}

fn answer(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut start = None;
    for line in lines {
        let line = line?.to_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            start = range.split('-').next().and_then(|n| n.parse().ok());
        }
        if line.is_empty() {
            break;
        }
    }
    let (file, act) = {
        let mut state = state.lock().unwrap();
        state.log.push((path.trim_start_matches("/files/").to_owned(), start));
        let acts = state.acts.entry(path.clone()).or_default();
        let act = if acts.is_empty() { Act::Serve } else { acts.remove(0) };
        (state.files.get(&path).cloned(), act)
    };
    respond(stream, file, act, start)
}

fn respond(mut out: TcpStream, file: Option<Vec<u8>>, act: Act, start: Option<u64>) -> std::io::Result<()> {
    let status = |out: &mut TcpStream, status: u16| {
        write!(out, "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    };
    let (file, act) = match (file, act) {
        (_, Act::Status(code)) => return status(&mut out, code),
        (None, _) => return status(&mut out, 404),
        (Some(file), act) => (file, act),
    };
    let from = if act == Act::IgnoreRange { 0 } else { start.unwrap_or(0) as usize };
    let Some(body) = file.get(from..).filter(|b| !b.is_empty()) else { return status(&mut out, 416) };
    if start.is_some() && act != Act::IgnoreRange {
        let (last, all) = (file.len() - 1, file.len());
        write!(out, "HTTP/1.1 206 x\r\ncontent-range: bytes {from}-{last}/{all}\r\n")?;
    } else {
        write!(out, "HTTP/1.1 200 OK\r\n")?;
    }
    write!(out, "content-length: {}\r\nconnection: close\r\n\r\n", body.len())?;
    let most = if let Act::CutAfter(n) = act { n.min(body.len()) } else { body.len() };
    out.write_all(&body[..most])?;
    out.flush()
}
