//! Chunks: byte ranges of column groups by the signed links of a scan plan, compared with nginx on the same files.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::http::Client;
use super::hub::Hub;
use super::names::PICTURES;
use super::nginx::Nginx;
use crate::clock::{median, report, round, seconds};

/// Bytes and name of a range: a row group, a part of one, a few images.
const RANGES: [(u64, &str); 3] = [(12 << 20, "12 MiB"), (1 << 20, "1 MiB"), (64 << 10, "64 KiB")];
/// Concurrent connections.
const CONNECTIONS: usize = 4;
/// Number of times each file is read in one measurement.
const ROUNDS: usize = 2;
/// Maximum ranges in one measurement.
const MAX_RANGES: usize = 30_000;

/// Path, first and last byte.
type Range = (String, u64, u64);

pub async fn run(hub: &Hub, folder: &Path, runs: usize) -> Result<()> {
    let files = files(hub).await?;
    let nginx = Nginx::start(folder).await?;
    for (length, name) in RANGES {
        for (what, path) in [("link", 1), ("route", 2)] {
            let ours = Arc::new(ranges(&files, length, |file| [&file.0, &file.1, &file.2][path].clone()));
            let theirs = Arc::new(ranges(&files, length, |file| format!("/{}", file.0)));
            let token = (what == "route").then_some(hub.token.as_str());
            let (mut by_hub, mut by_nginx, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for run in 0..=runs {
                let hubs = fetch(&hub.address, token, &ours).await?;
                let peers = match &nginx {
                    Some(nginx) => fetch(&nginx.address, None, &theirs).await?,
                    None => f64::NAN,
                };
                if run > 0 {
                    by_hub.push(hubs);
                    by_nginx.push(peers);
                    ratios.push(hubs / peers);
                }
            }
            let figures = json!({
                "range": name, "by": what, "connections": CONNECTIONS, "hub_MB_per_s": round(median(by_hub)),
                "nginx_MB_per_s": nginx.is_some().then(|| round(median(by_nginx))),
                "ratio": nginx.is_some().then(|| (median(ratios) * 100.0).round() / 100.0), "wanted": 0.8,
            });
            report("serve chunks", figures);
        }
    }
    Ok(())
}

/// The files of column groups: path below the data set, signed link, route, and size in bytes.
async fn files(hub: &Hub) -> Result<Vec<(String, String, String, u64)>> {
    let plan = hub.client().await?.post(&format!("/api/v1/datasets/{PICTURES}/plan"), &json!({})).await?;
    let files = plan["files"].as_array().context("the plan has no files")?;
    let mut found = HashMap::new();
    for file in files {
        let text = |name: &str| file[name].as_str().context("a file of the plan has no path or no URL");
        let path = text("path")?.to_owned();
        let link =
            text("url")?.split_once(&hub.address).context("a link doesn't point to the server")?.1.to_owned();
        let length = file["size_bytes"].as_u64().context("a file of the plan has no size")?;
        if path.starts_with("data/") {
            let route = format!("/api/v1/datasets/{PICTURES}/objects/{path}");
            found.insert(path.clone(), (path, link, route, length));
        }
    }
    let mut files: Vec<_> = found.into_values().collect();
    files.sort();
    Ok(files)
}

fn ranges(
    files: &[(String, String, String, u64)],
    length: u64,
    path: impl Fn(&(String, String, String, u64)) -> String,
) -> Vec<Range> {
    let mut ranges = Vec::new();
    for file in std::iter::repeat_n(files, ROUNDS).flatten() {
        let starts = (0..file.3).step_by(length as usize);
        ranges.extend(starts.map(|start| (path(file), start, file.3.min(start + length) - 1)));
    }
    ranges.truncate(MAX_RANGES);
    ranges
}

/// MB per second over `CONNECTIONS` connections that take one range after another.
async fn fetch(address: &str, token: Option<&str>, ranges: &Arc<Vec<Range>>) -> Result<f64> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Client::connect(address, token).await?);
    }
    let begun = Instant::now();
    let work = clients.into_iter().map(|mut client| {
        let (next, ranges) = (next.clone(), ranges.clone());
        tokio::spawn(async move {
            let mut bytes = 0;
            while let Some((path, first, last)) = ranges.get(next.fetch_add(1, Ordering::Relaxed)) {
                let found = client.get(path, Some((*first, *last))).await?;
                ensure!(found == last - first + 1, "{path}: {found} bytes of {first}-{last}");
                bytes += found;
            }
            anyhow::Ok(bytes)
        })
    });
    let mut bytes = 0;
    for done in work.collect::<Vec<_>>() {
        bytes += done.await??;
    }
    Ok(bytes as f64 / seconds(begun) / 1e6)
}
