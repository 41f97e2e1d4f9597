//! Push: JPEGs in class folders into a new data set, timed until everything is on the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use hub_client::push::{Progress, PushOptions, push};
use hub_dataset::sample::{SampleError, SampleSource};
use hub_dataset::{Dataset, Store};
use hub_ingest::read::{self, ReadOptions};
use serde_json::json;

use crate::clock::{median, report, round, seconds};
use crate::images;

/// Pushes the images to a new data set at `store`.
pub async fn push_images(images: &Path, store: Store) -> Result<Dataset> {
    let dataset = Dataset::create(store).await?;
    let images = images.to_owned();
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        Ok(read::open(&images, &ReadOptions::default())?.source)
    };
    push(&dataset, &PushOptions::default(), &Arc::new(Progress::default()), open).await?;
    Ok(dataset)
}

/// Opens the data set of the images on the disk; pushes it first if it doesn't exist.
pub async fn local_set(images: &Path, sets: &Path) -> Result<Dataset> {
    let store = Store::local(&sets.join("hub"))?;
    match Dataset::open(store.clone()).await {
        Ok(dataset) => Ok(dataset),
        Err(_) => push_images(images, store).await,
    }
}

pub async fn run(images: &Path, sets: &Path, runs: usize) -> Result<()> {
    let bytes = images::size_bytes(images)?;
    let directory = sets.join("hub");
    let mut rates = Vec::new();
    for _ in 0..runs {
        if directory.exists() {
            std::fs::remove_dir_all(&directory)?;
        }
        sync()?;
        let begun = Instant::now();
        push_images(images, Store::local(&directory)?).await?;
        sync()?;
        rates.push(bytes as f64 / seconds(begun) / 1e6);
    }
    report("push", json!({ "peer": "hub", "MB_per_s": round(median(rates)), "MB": bytes / 1_000_000 }));
    Ok(())
}

/// Waits until all writes are on the disk.
fn sync() -> Result<()> {
    std::process::Command::new("sync").status()?;
    Ok(())
}
