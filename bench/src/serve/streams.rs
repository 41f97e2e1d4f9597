//! One Arrow stream over HTTP, compared with the same scan in this process.

use std::time::Instant;

use anyhow::{Context, Result};
use futures::StreamExt;
use hub_dataset::{Dataset, Snapshot};
use hub_schema::Revision;
use hub_stream::StreamBuilder;
use serde_json::json;

use super::hub::Hub;
use super::names::PICTURES;
use crate::clock::{median, report, round, seconds};
use crate::scan::encoded_images;

pub async fn run(hub: &Hub, dataset: &Dataset, runs: usize) -> Result<()> {
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    let path = format!("/api/v1/datasets/{PICTURES}/stream?columns=image");
    let (mut streamed, mut scanned, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..=runs {
        let mut client = hub.client().await?;
        let begun = Instant::now();
        let bytes = client.get(&path, None).await.context("the stream")?;
        let by_stream = bytes as f64 / seconds(begun) / 1e6;
        let in_process = scan(&snapshot).await?;
        if run > 0 {
            streamed.push(by_stream);
            scanned.push(in_process);
            ratios.push(by_stream / in_process);
        }
    }
    let figures = json!({
        "stream_MB_per_s": round(median(streamed)), "in_process_MB_per_s": round(median(scanned)),
        "ratio": (median(ratios) * 1000.0).round() / 1000.0, "wanted": "1000 MB/s, or half of the scan",
    });
    report("serve stream", figures);
    Ok(())
}

/// MB per second of images that a stream in this process returns.
async fn scan(snapshot: &Snapshot) -> Result<f64> {
    let builder = StreamBuilder::new(snapshot.clone()).columns(&["image"]).batch_size(64).in_order();
    let begun = Instant::now();
    let (mut stream, mut bytes) = (builder.build().await?, 0);
    while let Some(batch) = stream.next().await {
        bytes += encoded_images(&batch?)?.iter().flatten().map(<[u8]>::len).sum::<usize>();
    }
    Ok(bytes as f64 / seconds(begun) / 1e6)
}
