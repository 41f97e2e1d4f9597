//! Pages: lists of ten thousand data sets and rows of a data set of a million, 200 requests per second, on SQLite and on
//! PostgreSQL.
//!
//! Every list and every filter is requested once before, and these times are reported separately: the measurement is
//! about a hub that is in use.

mod many;
mod million;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hub_catalog::Role;
use hub_dataset::Store;
use hub_schema::{DatasetMeta, Visibility};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::json;

use super::hub::Hub;
use super::load::{Request, at_rate};
use crate::clock::{percentile, report, round, seconds};

/// Requests per second.
const RATE: u32 = 200;
/// Target of the 99th percentile.
const TARGET_P99_MS: f64 = 20.0;
/// Number of namespaces that the reader is a member of.
const MEMBER_OF: usize = 10;
const ROWS: &str = "/api/v1/datasets/bench/million/rows";
/// Conditions of filtered pages of rows.
const FILTERS: [&str; 8] = [
    "isa(label, 'dog.n.01')",
    "isa(label, 'animal.n.01')",
    "label = 'daisy'",
    "image.width >= 600",
    "image.width < 300 AND label = 'tabby'",
    "n >= 400000 AND n < 600000",
    "image.height > image.width",
    "isa(label, 'feline.n.01') AND image.width > 400",
];

/// Kinds of requests: name, and paths from which one is drawn at random.
type Kinds = Vec<(&'static str, Vec<String>)>;

pub async fn run(sets: &Path, secs: u64) -> Result<()> {
    let home = sets.join("serve/pages");
    let root = home.join("datasets");
    prepare(&home, &root).await?;
    let postgres = std::env::var("HUB_TEST_POSTGRES_URL").ok();
    for name in ["catalog.db", "catalog.db-wal", "catalog.db-shm"] {
        if home.join(name).exists() {
            fs::remove_file(home.join(name))?;
        }
    }
    let sqlite = format!("sqlite://{}", home.canonicalize()?.join("catalog.db").display());
    measure("sqlite", &sqlite, &home, secs).await?;
    match postgres {
        Some(url) => measure("postgres", &url, &home, secs).await,
        None => {
            eprintln!("pages: PostgreSQL is skipped; run this with scripts/with-postgres.sh to include it");
            Ok(())
        }
    }
}

/// Creates the data sets if they don't exist.
async fn prepare(home: &Path, root: &Path) -> Result<()> {
    let done = home.join("made");
    if done.exists() {
        return Ok(());
    }
    if home.exists() {
        fs::remove_dir_all(home)?;
    }
    fs::create_dir_all(root)?;
    let begun = Instant::now();
    many::make(root).await?;
    let million = root.join("bench/million");
    million::make(&million).await?;
    let about =
        DatasetMeta { visibility: Visibility::Public, ..DatasetMeta::of_folder("bench/million".parse()?) };
    fs::write(million.join(DatasetMeta::PATH), serde_json::to_vec(&about)?)?;
    report("serve pages made", json!({ "seconds": seconds(begun).round() }));
    Ok(fs::write(done, "")?)
}

async fn measure(name: &str, url: &str, home: &Path, secs: u64) -> Result<()> {
    let catalog = hub_catalog::open(url).await?;
    let begun = Instant::now();
    let done = catalog.reindex(&Store::local(&home.join("datasets"))?).await?;
    ensure!(done.failures.is_empty(), "{:?}", done.failures);
    let reindexed = seconds(begun);
    let hub = Hub::start(home, Some(url)).await?;
    for namespace in many::namespaces().take(MEMBER_OF) {
        catalog.set_member(&namespace, "reader", Role::Reader).await?;
    }
    let figures = json!({
        "database": name, "data_sets": done.datasets.len(), "reindex_seconds": round(reindexed),
        "ready_after_seconds": round(hub.ready_secs),
    });
    report("serve pages start", figures);
    let kinds = kinds(&hub).await?;
    let mut client = hub.client().await?;
    for (kind, paths) in &kinds {
        let mut slowest: f64 = 0.0;
        for path in paths {
            let begun = Instant::now();
            client.get(path, None).await?;
            slowest = slowest.max(seconds(begun));
        }
        report(
            "serve pages first",
            json!({ "database": name, "kind": kind, "slowest_ms": round(slowest * 1e3) }),
        );
    }
    let mut random = SmallRng::seed_from_u64(5);
    let mut request = || -> Result<Request> {
        let kind = random.random_range(0..kinds.len());
        Ok((kind, kinds[kind].1.choose(&mut random).context("a kind of request has no paths")?.clone()))
    };
    let requests = (0..secs * u64::from(RATE)).map(|_| request()).collect::<Result<Vec<_>>>()?;
    hub.reset_peak()?;
    let times = at_rate(&hub, requests, RATE).await?;
    for (i, (kind, _)) in kinds.iter().enumerate() {
        report_times(name, kind, times.iter().filter(|(of, _)| *of == i).map(|(_, time)| *time));
    }
    report_times(name, "all", times.iter().map(|(_, time)| *time));
    report("serve pages memory", json!({ "database": name, "peak_MB": round(hub.peak_mb().await) }));
    catalog.close().await;
    Ok(())
}

fn report_times(database: &str, kind: &str, times: impl Iterator<Item = f64>) {
    let mut sorted: Vec<f64> = times.map(|time| time * 1e3).collect();
    sorted.sort_by(f64::total_cmp);
    let ms = |figure: f64| (figure * 100.0).round() / 100.0;
    let figures = json!({
        "database": database, "kind": kind, "requests": sorted.len(), "per_second": RATE,
        "p50_ms": ms(percentile(&sorted, 50)), "p99_ms": ms(percentile(&sorted, 99)),
        "most_ms": ms(sorted.last().copied().unwrap_or(f64::NAN)), "wanted_p99_ms": TARGET_P99_MS,
    });
    report("serve pages", figures);
}

/// The requests of people who browse.
async fn kinds(hub: &Hub) -> Result<Kinds> {
    let mut random = SmallRng::seed_from_u64(3);
    let mut offset = |below: i64| random.random_range(0..below);
    let sorts = ["created", "updated", "rows", "bytes"];
    let list = |rest: &str| format!("/api/v1/datasets?limit=50{rest}");
    let mut deep = cursors(hub, &list(""), 60).await?;
    for sort in sorts {
        deep.extend(cursors(hub, &list(&format!("&sort={sort}")), 20).await?);
    }
    let search = many::WORDS
        .iter()
        .flat_map(|word| [list(&format!("&q={word}")), list(&format!("&q={word}%20animals&sort=updated"))]);
    let rows = (0..200).map(|_| format!("{ROWS}?limit=50&offset={}", offset(million::ROWS)));
    let rows = rows.collect();
    let some = (0..100)
        .map(|_| format!("{ROWS}?columns=image,label&split=val&offset={}", offset(million::ROWS / 10)));
    let some = some.collect();
    let filtered = (0..80).map(|i| {
        format!("{ROWS}?limit=50&where={}&offset={}", encoded(FILTERS[i % FILTERS.len()]), offset(30_000))
    });
    Ok(vec![
        ("list", vec![list("")]),
        ("list sorted", sorts.iter().map(|sort| list(&format!("&sort={sort}"))).collect()),
        ("list from a cursor", deep),
        ("list searched", search.collect()),
        (
            "list of a namespace",
            many::namespaces().take(20).map(|ns| list(&format!("&namespace={ns}"))).collect(),
        ),
        ("rows", rows),
        ("rows of some columns and a split", some),
        ("rows of a filter", filtered.collect()),
    ])
}

/// Paths of the pages after the first one.
async fn cursors(hub: &Hub, list: &str, pages: usize) -> Result<Vec<String>> {
    let (mut client, mut found) = (hub.client().await?, Vec::new());
    let mut path = list.to_owned();
    for _ in 0..pages {
        let page = client.json(&path).await?;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{list}&cursor={next}");
        found.push(path.clone());
    }
    Ok(found)
}

/// Percent-encodes a value of a query string.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
