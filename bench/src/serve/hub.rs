//! The server under test: the real binary, in a home of its own.
//!
//! Its memory is looked at in two ways. What it holds of its own is what counts against a limit; the pages of files
//! that it has mapped are the system's cache, are given back when others need them, and grow with what was read.

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

/// So long a server may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(600);

/// Its memory is looked at this often.
const LOOK: Duration = Duration::from_millis(20);

/// A running server.
pub struct Hub {
    child: Child,
    /// The most memory of its own that was seen, in kB.
    most_own: Arc<AtomicU64>,
    /// Where it listens.
    pub address: String,
    /// A token of somebody who reads the bench's namespace.
    pub token: String,
    /// Seconds until it was ready.
    pub ready_secs: f64,
}

impl Hub {
    /// Starts a server over a home, on its SQLite or another database.
    pub async fn start(home: &Path, database: Option<&str>) -> Result<Self> {
        let binary = std::env::var_os("HUB_BIN").context("HUB_BIN must name the hub binary")?;
        fs::create_dir_all(home)?;
        let home = home.canonicalize()?;
        let sqlite = format!("sqlite://{}", home.join("catalog.db").display());
        let database = database.unwrap_or(&sqlite);
        let catalog = hub_catalog::open(database).await?;
        let token = reader(&catalog).await?;
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
        let most_own = watch(child.id());
        let mut hub = Self { child, most_own, address, token, ready_secs: 0.0 };
        hub.wait().await?;
        hub.ready_secs = seconds(begun);
        Ok(hub)
    }

    async fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
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
        bail!("the server is not ready after {} seconds", PATIENCE.as_secs())
    }

    /// A connection with the reader's token.
    pub async fn client(&self) -> Result<Client> {
        Client::connect(&self.address, Some(&self.token)).await
    }

    /// From here on the peak of its memory is counted anew.
    pub fn forget_peak(&self) -> Result<()> {
        self.most_own.store(0, Ordering::Relaxed);
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").context("/proc: clear_refs")
    }

    /// MB of its own at the peak: not of files.
    pub async fn peak_mb(&self) -> f64 {
        tokio::time::sleep(2 * LOOK).await;
        self.most_own.load(Ordering::Relaxed) as f64 * 1024.0 / 1e6
    }

    /// MB at the peak, with the pages of files that are mapped.
    pub fn peak_with_files_mb(&self) -> Result<f64> {
        Ok(kilobytes(self.child.id(), "VmHWM:").context("no VmHWM in /proc")? as f64 * 1024.0 / 1e6)
    }
}

/// A line of the process's status.
fn kilobytes(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Looks at a process until it is gone.
fn watch(process: u32) -> Arc<AtomicU64> {
    let most = Arc::<AtomicU64>::default();
    let seen = most.clone();
    std::thread::spawn(move || {
        while let Some(own) = kilobytes(process, "RssAnon:") {
            seen.fetch_max(own, Ordering::Relaxed);
            std::thread::sleep(LOOK);
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

/// Somebody who may read the bench's namespace, and no owner of the hub: whoever owns it sees everything, and is
/// never asked what they may see.
async fn reader(catalog: &Catalog) -> Result<String> {
    let user = match catalog.user("reader").await {
        Ok(user) => user,
        Err(_) => catalog.create_user(&NewUser::named("reader")).await?,
    };
    catalog.ensure_namespace(NAMESPACE).await?;
    catalog.set_member(NAMESPACE, "reader", Role::Reader).await?;
    let (_, secret) = catalog.create_token(user.id, &NewToken::new("bench", Scope::Read)).await?;
    Ok(secret.reveal().to_owned())
}

/// A port that is free at this moment.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
