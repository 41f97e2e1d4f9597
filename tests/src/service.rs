//! `hub serve` as it runs for a team: a process with an owner, on whatever database and store a test gives it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::hub_binary;

/// A running server; its folder is removed with it.
pub struct Service {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
    settings: Vec<(String, String)>,
    token: String,
    /// What it said on stderr.
    log: Arc<Mutex<Vec<String>>>,
}

/// A response of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    pub took: Duration,
}

impl Answer {
    /// The kind of the problem that it must be.
    pub fn problem(&self) -> String {
        assert!(self.head.to_lowercase().contains("content-type: application/problem+json"), "{self:?}");
        let kind = self.json()["type"].as_str().unwrap().to_owned();
        kind.strip_prefix("/problems/").unwrap().to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// Settings for a bucket of the S3 server at `endpoint`.
pub fn bucket(store: &str, endpoint: &str) -> Vec<(String, String)> {
    [
        ("HUB_STORE", store),
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

pub fn set(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

impl Service {
    /// Starts one, and makes its owner, `ann`.
    pub fn start(settings: Vec<(String, String)>) -> Self {
        // The port is free again, and most likely nobody else's before the server takes it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let mut service =
            Self { folder, port, child: None, settings, token: String::new(), log: Arc::default() };
        let secret = service.launch().expect("a hub without an owner prints a link");
        let owner = format!(r#"{{"secret":"{secret}","name":"ann","password":"correct horse battery"}}"#);
        let made = service.request("POST", "/api/v1/setup", owner.as_bytes());
        assert_eq!(made.status, 201, "{made:?}");
        let cookie = made.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let headers = format!("cookie: {cookie}\r\nx-hub-request: 1\r\n");
        let made =
            service.send("POST", "/api/v1/tokens", &headers, br#"{"name":"t","scope":"admin"}"#).unwrap();
        assert_eq!(made.status, 201, "{made:?}");
        service.token = made.json()["secret"].as_str().unwrap().to_owned();
        service
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A path in the server's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts it, also again; gives the secret of the link for a first owner, if it prints one.
    pub fn launch(&mut self) -> Option<String> {
        let mut command = Command::new(hub_binary());
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .env("HUB_HOME", self.path("home"))
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        self.child = Some(child);
        let log = self.log.clone();
        log.lock().unwrap().clear();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| log.lock().unwrap().push(line))
        });
        let begun = Instant::now();
        loop {
            let link = |line: &String| line.split_once("/setup?secret=").map(|(_, s)| s.trim().to_owned());
            let secret = self.log().iter().find_map(link);
            let answers = self.send("GET", "/healthz", "", b"").is_some_and(|a| a.status == 200);
            if answers && (secret.is_some() || !self.token.is_empty()) {
                return secret;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no server: {:#?}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has said since it was started.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Ends it as a loss of power would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends SIGKILL, while others use the server.
    pub fn kill_now(&self) {
        let id = self.child.as_ref().map(Child::id).unwrap();
        let killed = Command::new("kill").args(["-KILL", &id.to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// A request with the owner's token.
    pub fn request(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.try_request(method, path, body).unwrap_or_else(|| panic!("{method} {path}: no answer"))
    }

    /// A request with the owner's token; `None` if the server is gone before it has answered.
    pub fn try_request(&self, method: &str, path: &str, body: &[u8]) -> Option<Answer> {
        let headers = match self.token.is_empty() {
            true => String::new(),
            false => format!("authorization: Bearer {}\r\n", self.token),
        };
        self.send(method, path, &headers, body)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, b"")
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Option<Answer> {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}");
        head += &format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).ok()?;
        // A server that refuses may close before it has read everything.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let body = answer.split_off(end + 4);
        let head = String::from_utf8(answer).ok()?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head, body, took: begun.elapsed() })
    }

    /// A `hub` command with the owner's token and a home of its own, as on another machine.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(hub_binary());
        command
            .args(arguments)
            .env("HUB_HOME", self.path("client"))
            .env("HUB_URL", self.url())
            .env("HUB_TOKEN", &self.token)
            .stdin(Stdio::null());
        command
    }

    /// Runs such a command.
    pub fn hub(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs one that must end well; gives stdout.
    pub fn well(&self, arguments: &[&str]) -> String {
        let output = self.hub(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}
