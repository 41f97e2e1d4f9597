//! Streams a data set and prints the speed of each epoch.
//!
//! ```text
//! cargo run --release -p hub_client --example stream_batches -- LOCATION [OPTION VALUE]…
//!
//! LOCATION            a name in the hub, a directory or s3://bucket/prefix
//! --rev REV           a branch, tag, version or commit (default main)
//! --split NAME        only this split
//! --columns A,B       only these columns
//! --batch-size N      rows a batch (default 64)
//! --shuffle SEED      shuffled (default: in order)
//! --epochs N          number of epochs (default 1)
//! --rank R/WORLD      as rank R of WORLD
//! --cache DIR         keep what is fetched from a bucket
//! --cache-size BYTES  the cache's limit on disk (default 10 GB)
//! ```
//!
//! A stream is resumed with [`BatchStream::state`](hub_stream::BatchStream::state): the last lines of
//! the first epoch show how.

use std::collections::HashMap;
use std::time::Instant;

use arrow::array::{AsArray, RecordBatch};
use futures::StreamExt;
use hub_client::Home;
use hub_schema::{Location, Revision};
use hub_stream::{Cache, StreamBuilder};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let location = arguments.next().ok_or("give a location: a name, a directory or s3://bucket/prefix")?;
    let mut options = HashMap::new();
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
        options.insert(option, value);
    }
    let option = |name: &str| options.get(name).map(String::as_str);

    let location: Location = location.parse()?;
    let dataset = hub_client::open(&location, &Home::from_env()?).await?;
    let revision: Revision = option("--rev").unwrap_or("main").parse()?;
    let snapshot = dataset.snapshot(&revision).await?;

    let mut builder = StreamBuilder::new(snapshot.clone());
    if let Some(split) = option("--split") {
        builder = builder.split(split);
    }
    if let Some(columns) = option("--columns") {
        builder = builder.columns(&columns.split(',').collect::<Vec<_>>());
    }
    if let Some(rows) = option("--batch-size") {
        builder = builder.batch_size(rows.parse()?);
    }
    if let Some(seed) = option("--shuffle") {
        builder = builder.shuffle(seed.parse()?);
    }
    if let Some((rank, world)) = option("--rank").and_then(|r| r.split_once('/')) {
        builder = builder.rank(rank.parse()?, world.parse()?);
    }
    if let Some(directory) = option("--cache") {
        let bytes = option("--cache-size").unwrap_or("10000000000").parse()?;
        builder = builder.cache(Cache::open(directory, bytes)?);
    }

    for epoch in 0..option("--epochs").unwrap_or("1").parse()? {
        let begun = Instant::now();
        let mut stream = builder.clone().epoch(epoch).build().await?;
        if epoch == 0 {
            for field in stream.schema().fields() {
                println!("{}: {}", field.name(), field.data_type());
            }
        }
        let (mut rows, mut media_bytes) = (0, 0);
        let mut half_way = None;
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            rows += batch.num_rows();
            media_bytes += media_bytes_of(&batch);
            if half_way.is_none() && 2 * rows as u64 >= stream.epoch_rows() {
                half_way = Some(stream.state());
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "epoch {epoch}: {rows} rows in {seconds:.3} s, {:.0} samples/s, {:.0} MB/s of media",
            rows as f64 / seconds,
            media_bytes as f64 / seconds / 1e6
        );
        if let (0, Some(state)) = (epoch, half_way) {
            let resumed = builder.clone().resume(state.clone()).build().await?;
            println!(
                "after batch {} a resumed stream gives {} more",
                state.batches_done,
                resumed.batches_left()
            );
        }
    }
    Ok(())
}

/// Length of all encoded samples of a batch, none of which is touched.
fn media_bytes_of(batch: &RecordBatch) -> u64 {
    let samples = batch.columns().iter().filter_map(|c| c.as_struct_opt()?.column_by_name("bytes").cloned());
    let views =
        samples.filter_map(|bytes| bytes.as_byte_view_opt::<arrow::datatypes::BinaryViewType>().cloned());
    views.map(|v| v.lengths().map(u64::from).sum::<u64>()).sum()
}
