//! S3: streaming an epoch, compared with plain range requests for the same bytes of the same objects.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use hub_dataset::{Dataset, Store, layout};
use hub_schema::Revision;
use hub_stream::StreamBuilder;
use serde_json::json;

use crate::clock::{median, report, round, seconds};
use crate::push::push_images;
use crate::scan::encoded_images;

/// Bytes of a plain range request.
const RANGE_BYTES: u64 = 12 * 1024 * 1024;
/// Concurrent plain range requests.
const AT_ONCE: usize = 4;

/// Measures if `HUB_TEST_S3_BUCKET` names a bucket; otherwise prints how to run it.
pub async fn run(images: &Path, runs: usize) -> Result<()> {
    let Ok(bucket) = std::env::var("HUB_TEST_S3_BUCKET") else {
        eprintln!("s3: skipped, since HUB_TEST_S3_BUCKET is not set; run it as `make bench ARGS=s3`");
        return Ok(());
    };
    let store = Store::s3(&bucket, "bench/pictures")?;
    let dataset = match Dataset::open(store.clone()).await {
        Ok(dataset) => dataset,
        Err(_) => push_images(images, store.clone()).await?,
    };
    let (mut streamed, mut plain) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let (ours, theirs) = (stream_epoch(&dataset).await?, plain_ranges(&dataset).await?);
        if run > 0 {
            streamed.push(ours);
            plain.push(theirs);
        }
    }
    let (streamed, plain) = (median(streamed), median(plain));
    report(
        "s3",
        json!({
            "stream_MB_per_s": round(streamed), "plain_MB_per_s": round(plain),
            "ratio": (streamed / plain * 100.0).round() / 100.0,
        }),
    );
    Ok(())
}

async fn stream_epoch(dataset: &Dataset) -> Result<f64> {
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    let begun = Instant::now();
    let mut stream = StreamBuilder::new(snapshot).columns(&["image", "label"]).shuffle(1).build().await?;
    let mut bytes = 0;
    while let Some(batch) = stream.next().await {
        bytes += encoded_images(&batch?)?.iter().flatten().map(<[u8]>::len).sum::<usize>();
    }
    Ok(bytes as f64 / seconds(begun) / 1e6)
}

async fn plain_ranges(dataset: &Dataset) -> Result<f64> {
    let snapshot = dataset.snapshot(&Revision::main()).await?;
    let files = snapshot.index().await?.fragments().iter().flat_map(|f| &f.files);
    let ranges = files.flat_map(|file| {
        let starts = (0..file.bytes).step_by(RANGE_BYTES as usize);
        starts.map(|start| (layout::data(file.hash), start..(start + RANGE_BYTES).min(file.bytes)))
    });
    let begun = Instant::now();
    let gets = ranges.map(|(path, range)| {
        let store = dataset.store().clone();
        async move { store.range(&path, range).await.map(|b| b.len()) }
    });
    let gets: Vec<_> = gets.collect();
    let lengths: Vec<usize> = stream::iter(gets).buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(lengths.iter().sum::<usize>() as f64 / seconds(begun) / 1e6)
}
