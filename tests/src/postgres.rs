//! The PostgreSQL server of the test run, new databases in it, and a socket in front of it that can fail.

use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

const SOCKET: &str = ".s.PGSQL.5432";

/// A database that is empty, by its address; `None` on a developer's machine that runs no server.
#[allow(clippy::panic)]
pub fn fresh_database() -> Option<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let Ok(url) = std::env::var("HUB_TEST_POSTGRES_URL") else {
        assert!(std::env::var_os("CI").is_none(), "no PostgreSQL: HUB_TEST_POSTGRES_URL is not set");
        eprintln!("left out: no PostgreSQL; `scripts/with-postgres.sh cargo test` starts one");
        return None;
    };
    let name = format!("whole_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new("psql").args([&url, "-qc", &format!("CREATE DATABASE {name}")]).output();
    let made = made.unwrap_or_else(|e| panic!("psql: {e}"));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(url.replace(":///postgres?", &format!(":///{name}?")))
}

/// A socket in front of PostgreSQL's, which can be taken away or fall silent.
pub struct Front {
    folder: tempfile::TempDir,
    /// The database by this way.
    pub url: String,
    server: PathBuf,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Connections stay open, but no bytes are passed on.
    silent: AtomicBool,
    open: Mutex<Vec<UnixStream>>,
}

impl Front {
    pub fn new(database: &str) -> Self {
        let socket = database.split("host=").nth(1).unwrap().split('&').next().unwrap();
        // A short path: the socket's may have 107 bytes.
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let url = database.replace(socket, &folder.path().display().to_string());
        let server = PathBuf::from(socket).join(SOCKET);
        let front = Self { folder, url, server, state: Arc::default() };
        front.up();
        front
    }

    /// Accepts connections.
    pub fn up(&self) {
        self.state.silent.store(false, Ordering::Relaxed);
        let listener = UnixListener::bind(self.folder.path().join(SOCKET)).unwrap();
        let (server, state) = (self.server.clone(), self.state.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&server) else { return };
                let mut open = state.open.lock().unwrap();
                open.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                for (from, to) in
                    [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
                {
                    let state = state.clone();
                    std::thread::spawn(move || pass(from, to, &state));
                }
            }
        });
    }

    /// Takes the socket away, and ends every connection.
    pub fn down(&self) {
        std::fs::remove_file(self.folder.path().join(SOCKET)).unwrap();
        self.cut();
    }

    /// Stops passing bytes on, and keeps the connections open.
    pub fn fall_silent(&self) {
        self.state.silent.store(true, Ordering::Relaxed);
    }

    /// Ends every connection.
    pub fn cut(&self) {
        for stream in self.state.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Passes bytes on again; what came in between is lost.
    pub fn speak(&self) {
        self.state.silent.store(false, Ordering::Relaxed);
        // What was swallowed is missing.
        self.cut();
    }
}

fn pass(mut from: UnixStream, mut to: UnixStream, state: &State) {
    use std::io::{Read, Write};
    let mut bytes = [0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut bytes) {
        if !state.silent.load(Ordering::Relaxed) && to.write_all(&bytes[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
