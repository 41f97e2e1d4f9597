//! The server under test: the `hub` binary, with its own home.
//!
//! Its memory is measured in two ways. Anonymous memory is what counts against a limit. Pages of mapped files belong to
//! the system's cache, are freed when other processes need memory, and grow with what was read.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hub_catalog::{Catalog, NewToken, NewUser, Role, Scope};

use super::http::Client;
use super::names::NAMESPACE;
use crate::clock::seconds;

/// Maximum time until a server is ready.
const READY_TIMEOUT: Duration = Duration::from_secs(600);

/// Interval at which the server's memory is read.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A running server, killed when this is dropped.
pub struct Hub {
    child: Child,
    /// Peak of anonymous memory, in kB.
    peak_own_kb: Arc<AtomicU64>,
    /// Host and port that it listens on.
    pub address: String,
    /// Token of a user with read access to the benchmark's namespace.
    pub token: String,
    /// Seconds until it was ready.
    pub ready_secs: f64,
}

impl Hub {
    /// Starts a server with a home, on a database or on the home's own SQLite.
    pub async fn start(home: &Path, database: Option<&str>) -> Result<Self> {
        let binary = std::env::var_os("HUB_BIN").context("HUB_BIN must name the hub binary")?;
        fs::create_dir_all(home)?;
        let home = home.canonicalize()?;
        let sqlite = format!("sqlite://{}", home.join("catalog.db").display());
        let database = database.unwrap_or(&sqlite);
        let catalog = hub_catalog::open(database).await?;
        let token = create_reader(&catalog).await?;
        catalog.close().await;
        let address = format!("127.0.0.1:{}", free_port()?);
        let log = File::create(home.join("server.log"))?;
        let begun = Instant::now();
        let child = Command::new(binary)
            .args(["serve", "--listen", &address, "--database-url", database])
            .env("HUB_HOME", &home)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let peak_own_kb = watch_memory(child.id());
        let mut hub = Self { child, peak_own_kb, address, token, ready_secs: 0.0 };
        hub.wait().await?;
        hub.ready_secs = seconds(begun);
        Ok(hub)
    }

    async fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < READY_TIMEOUT {
            if let Some(ended) = self.child.try_wait()? {
                bail!("the server ended with {ended}; see server.log in its home");
            }
            if let Ok(mut client) = Client::connect(&self.address, None).await
                && client.get("/readyz", None).await.is_ok()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the server is not ready after {} seconds", READY_TIMEOUT.as_secs())
    }

    /// A connection with the reader's token.
    pub async fn client(&self) -> Result<Client> {
        Client::connect(&self.address, Some(&self.token)).await
    }

    /// Resets the peak of memory.
    pub fn reset_peak(&self) -> Result<()> {
        self.peak_own_kb.store(0, Ordering::Relaxed);
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").context("/proc: clear_refs")
    }

    /// Peak of anonymous memory, in MB.
    pub async fn peak_mb(&self) -> f64 {
        tokio::time::sleep(2 * POLL_INTERVAL).await;
        self.peak_own_kb.load(Ordering::Relaxed) as f64 * 1024.0 / 1e6
    }

    /// Peak of memory including pages of mapped files, in MB.
    pub fn peak_with_files_mb(&self) -> Result<f64> {
        Ok(kilobytes(self.child.id(), "VmHWM:").context("no VmHWM in /proc")? as f64 * 1024.0 / 1e6)
    }
}

/// A figure of a process's status, in kB.
fn kilobytes(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Records the peak of a process's anonymous memory until it ends, in kB.
fn watch_memory(process: u32) -> Arc<AtomicU64> {
    let most = Arc::<AtomicU64>::default();
    let seen = most.clone();
    std::thread::spawn(move || {
        while let Some(own) = kilobytes(process, "RssAnon:") {
            seen.fetch_max(own, Ordering::Relaxed);
            std::thread::sleep(POLL_INTERVAL);
        }
    });
    most
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Creates a user with read access to the benchmark's namespace, and a token. Not an owner of the hub: for owners the
/// server skips the access checks that are to be measured.
async fn create_reader(catalog: &Catalog) -> Result<String> {
    let user = match catalog.user("reader").await {
        Ok(user) => user,
        Err(_) => catalog.create_user(&NewUser::named("reader")).await?,
    };
    catalog.ensure_namespace(NAMESPACE).await?;
    catalog.set_member(NAMESPACE, "reader", Role::Reader).await?;
    let (_, secret) = catalog.create_token(user.id, &NewToken::new("bench", Scope::Read)).await?;
    Ok(secret.reveal().to_owned())
}

/// A port that is free now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
