//! A running `hub serve` with an owner, for tests of the client.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running server; it is killed and its directory removed when this is dropped.
pub struct Served {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
    settings: Vec<(&'static str, String)>,
    /// A token of the owner, with scope admin.
    pub token: String,
}

impl Served {
    /// Starts a server, and creates its owner.
    pub fn start(settings: &[(&'static str, &str)]) -> Self {
        // The port is free again, and most likely no other process takes it before the server does.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let folder = tempfile::tempdir().unwrap();
        let mut served = Self { folder, port, child: None, settings, token: String::new() };
        let secret = served.launch().unwrap();
        served.token = served.create_owner(&secret);
        served
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The server's home.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("hub-home")
    }

    /// Starts or restarts the server; returns the secret of the setup link, if it prints one.
    pub fn launch(&mut self) -> Option<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .env("HOME", self.folder.path())
            .env("HUB_HOME", self.home())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        self.child = Some(child);
        let mut secret = None;
        // If the server prints a link, it does so before it listens.
        let begun = Instant::now();
        let (sender, lines_read) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            while let Some(Ok(line)) = lines.next() {
                let _ = sender.send(line);
            }
        });
        let mut log = Vec::new();
        loop {
            while let Ok(line) = lines_read.try_recv() {
                if let Some((_, link)) = line.split_once("/setup?secret=") {
                    secret = Some(link.trim().to_owned());
                }
                log.push(line);
            }
            let answers =
                self.request("GET", "/healthz", &[], "").is_some_and(|(status, _, _)| status == 200);
            if answers && (secret.is_some() || !self.token.is_empty()) {
                return secret;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no server: {log:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        self.child.as_mut().unwrap()
    }

    /// A request whose body is not sent, so that it runs until this is dropped.
    pub fn open_request(&self) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = "POST /api/v1/session HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n";
        stream.write_all(format!("{head}content-length: 1000\r\n\r\n{{").as_bytes()).unwrap();
        // Until the server has read it.
        std::thread::sleep(Duration::from_millis(300));
        stream
    }

    /// Kills the server without a clean shutdown.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn create_owner(&self, secret: &str) -> String {
        let owner = format!(r#"{{"secret":"{secret}","name":"ann","password":"correct horse battery"}}"#);
        let (status, head, body) = self.request("POST", "/api/v1/setup", &[], &owner).unwrap();
        assert_eq!(status, 201, "{body}");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let cookie = cookie.split(';').next().unwrap();
        let headers = [("cookie", cookie), ("x-hub-request", "1")];
        let wanted = r#"{"name":"tests","scope":"admin"}"#;
        let (status, _, body) = self.request("POST", "/api/v1/tokens", &headers, wanted).unwrap();
        assert_eq!(status, 201, "{body}");
        let made: serde_json::Value = serde_json::from_str(&body).unwrap();
        made["secret"].as_str().unwrap().to_owned()
    }

    /// Status, head and body of a response; `None` if the server can't be reached.
    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<(u16, String, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n");
        text += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        headers.iter().for_each(|(name, value)| text += &format!("{name}: {value}\r\n"));
        stream.write_all(format!("{text}\r\n{body}").as_bytes()).ok()?;
        let answer = std::io::read_to_string(stream).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, head.to_owned(), body.to_owned()))
    }

    /// The JSON at a path.
    pub fn get(&self, path: &str) -> serde_json::Value {
        let bearer = format!("Bearer {}", self.token);
        let (status, _, body) = self.request("GET", path, &[("authorization", &bearer)], "").unwrap();
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Status and JSON of the answer to bytes that the owner sends.
    pub fn post(&self, path: &str, body: &[u8]) -> (u16, serde_json::Value) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             content-length: {}\r\n\r\n",
            self.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let answer = std::io::read_to_string(stream).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    /// Sets `HUB_URL` and `HUB_TOKEN` of a command.
    pub fn with_token(&self, mut command: Command) -> Command {
        command.env("HUB_URL", self.url()).env("HUB_TOKEN", &self.token);
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Stdout of a command that must succeed.
pub fn well(output: Output) -> String {
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}
