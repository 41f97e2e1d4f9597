//! nginx on the same files, configured for static files: `sendfile`, one worker per core, no access log.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::http::Client;
use super::hub::free_port;

/// A running nginx, stopped when this is dropped.
pub struct Nginx {
    child: Child,
    /// Host and port that it listens on.
    pub address: String,
    _folder: TempDir,
}

impl Nginx {
    /// Starts nginx on a folder; `None` if it is not installed.
    pub async fn start(root: &Path) -> Result<Option<Self>> {
        let Some(binary) = find() else {
            eprintln!("chunks: nginx is not installed; `scripts/setup.sh bench` installs it");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let config = folder.path().join("nginx.conf");
        fs::write(&config, configuration(folder.path(), root, &address))?;
        let child = Command::new(binary)
            .args(["-e", "stderr", "-c"])
            .arg(&config)
            .arg("-p")
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .context("nginx")?;
        let mut nginx = Self { child, address, _folder: folder };
        nginx.wait().await?;
        Ok(Some(nginx))
    }

    async fn wait(&mut self) -> Result<()> {
        for _ in 0..500 {
            if let Some(ended) = self.child.try_wait()? {
                bail!("nginx ended with {ended}");
            }
            if Client::connect(&self.address, None).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("nginx doesn't accept connections")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it on SIGTERM, but not on SIGKILL.
        let terminated = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if terminated.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The nginx that `HUB_BENCH_NGINX` names, or an installed one; on Debian it is not on the PATH of normal users.
fn find() -> Option<String> {
    let named = std::env::var("HUB_BENCH_NGINX").ok();
    let installed = ["nginx", "/usr/sbin/nginx"].map(str::to_owned);
    named.into_iter().chain(installed).find(|name| {
        let version = Command::new(name).arg("-v").stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    })
}

fn configuration(folder: &Path, root: &Path, address: &str) -> String {
    let (folder, root) = (folder.display(), root.display());
    // Workers must be able to read the files, also in directories that only root can read.
    let user = if fs::metadata("/proc/self").is_ok_and(|me| is_root(&me)) { "user root;" } else { "" };
    format!(
        "{user}
daemon off;
worker_processes auto;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
    server {{
        listen {address};
        root {root};
    }}
}}
"
    )
}

fn is_root(process: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(process) == 0
}
