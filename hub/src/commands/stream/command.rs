use std::time::{Duration, Instant};

use clap::Args;
use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_dataset::read::Estimate;
use hub_stream::{BatchStream, Cache, Filter, StreamBuilder};
use serde_json::{Value, json};

use crate::args::{JsonArg, ReadArgs, SizeArg, ViewRef, parse_size};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, counted, duration, number, per_second};
use crate::progress::Bar;

use super::array_bytes;

const EXAMPLES: &str = "\
Examples:
  hub stream pets
  hub stream pets --split train --shuffle=7 --batch-size 256 --epochs 3
  hub stream pets --columns image,label
  hub stream imagenet --where \"isa(label, 'canine.n.02') AND image.width >= 256\"
  hub stream imagenet --where \"isa(label, 'canine.n.02')\" --dry-run      estimate the bytes to read
  hub stream s3://bucket/pets --cache-size 20GB
  hub stream pets --rank 1 --world-size 8     read the share of one rank

Every byte of every batch is read, as a decoder would, so the figures measure reading and not only
mapping files. Later epochs read from the page cache what fits into memory. Samples over 32 MiB are
stored as separate objects: batches only reference them, and their bytes are not counted.";

/// Default size of the cache of remote chunks.
const CACHE: &str = "10GB";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Stream {
    #[command(flatten)]
    read: ReadArgs,
    /// Read only this split
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    /// Read only these columns, in this order
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Read only rows that match this condition, as in SQL's WHERE: "isa(label, 'dog.n.01')"
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// Read the rows and columns of a view: VIEW or VIEW:VERSION
    #[arg(long, value_name = "VIEW", conflicts_with_all = ["rev", "condition"])]
    view: Option<ViewRef>,
    /// Rows per batch
    #[arg(long, value_name = "N", default_value_t = 64)]
    batch_size: usize,
    /// Shuffle the rows; the same seed gives the same order
    #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    shuffle: Option<u64>,
    /// Number of epochs to read
    #[arg(long, value_name = "N", default_value_t = 1)]
    epochs: u64,
    /// Index of this process among those that share the epoch, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "world_size")]
    rank: usize,
    /// Number of processes that share the epoch
    #[arg(long, value_name = "N", default_value_t = 1)]
    world_size: usize,
    /// Drop rows at the end, so that all processes get the same number of full batches
    #[arg(long)]
    drop_last: bool,
    /// Verify the checksums of what is read, on a local disk too
    #[arg(long)]
    verify: bool,
    /// Estimate what an epoch would read, and read nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Maximum size of the local cache for remote data sets
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = CACHE)]
    cache_size: SizeArg,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Stream, context: &Context) -> anyhow::Result<Exit> {
    let location = &args.read.target.location;
    let view = match &args.view {
        Some(view) => Some(context.view(location, view).await?),
        None => None,
    };
    let snapshot = match &view {
        Some(view) => view.snapshot.clone(),
        None => context.snapshot(location, &args.read.revision()?).await?,
    };
    let mut builder = builder(&args, context, &snapshot)?;
    if let Some(condition) = &args.condition {
        builder = builder.filter(context.filter(condition, location).await);
    }
    if let Some(view) = &view {
        builder = builder.filter(Filter::positions_of(view.positions.clone()));
        if let (None, Some(columns)) = (&args.columns, &view.columns) {
            builder = builder.columns(columns);
        }
    }
    if args.dry_run {
        return report_estimate(&builder.estimate().await?, &snapshot, &args.json, context).await;
    }
    let mut epochs = Vec::new();
    for epoch in 0..args.epochs {
        let begun = Instant::now();
        let stream = builder.clone().epoch(epoch).build().await?;
        let mut ran = run_epoch(stream, epoch, context).await?;
        ran.elapsed = begun.elapsed();
        if !args.json.json {
            context.print(&ran.describe())?;
        }
        epochs.push(ran.to_json());
    }
    if args.json.json {
        context.print_json(&epochs)?;
    }
    Ok(Exit::Done)
}

fn builder(args: &Stream, context: &Context, snapshot: &Snapshot) -> anyhow::Result<StreamBuilder> {
    let mut builder =
        StreamBuilder::new(snapshot.clone()).batch_size(args.batch_size).rank(args.rank, args.world_size);
    builder = builder.drop_last(args.drop_last).verify(args.verify);
    if let Some(split) = &args.split {
        builder = builder.split(split);
    }
    if let Some(columns) = &args.columns {
        builder = builder.columns(columns);
    }
    if let Some(seed) = args.shuffle {
        builder = builder.shuffle(seed);
    }
    if snapshot.dataset().store().directory().is_none() {
        let folder = context.home.cache().join("chunks");
        builder = builder.cache(Cache::open(folder, args.cache_size.0)?);
    }
    Ok(builder)
}

/// Prints the estimate of what an epoch would read.
async fn report_estimate(
    reads: &Estimate,
    snapshot: &Snapshot,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<Exit> {
    let all = snapshot.index().await?.rows();
    if json.json {
        context.print_json(&json!({
            "rows": reads.rows, "rows_of_revision": all, "row_groups": reads.row_groups,
            "row_group_rows": reads.row_group_rows, "bytes": reads.bytes, "row_group_bytes": reads.row_group_bytes,
        }))?;
        return Ok(Exit::Done);
    }
    context.print(&format!(
        "an epoch reads {} of {}: {} of the {} in {}\n",
        number(reads.rows),
        counted(all, "sample"),
        bytes(reads.bytes),
        bytes(reads.row_group_bytes),
        counted(reads.row_groups, "row group"),
    ))?;
    Ok(Exit::Done)
}

/// What an epoch has read, and how fast. `sum` is the checksum over all bytes.
#[derive(Debug, Default)]
struct EpochReport {
    epoch: u64,
    samples: u64,
    batches: u64,
    bytes: u64,
    first: Duration,
    elapsed: Duration,
    sum: u64,
}

async fn run_epoch(mut stream: BatchStream, epoch: u64, context: &Context) -> anyhow::Result<EpochReport> {
    let begun = Instant::now();
    let bar = Bar::new(&context.console, &format!("epoch {epoch}"));
    let mut ran = EpochReport { epoch, ..EpochReport::default() };
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        if ran.batches == 0 {
            ran.first = begun.elapsed();
        }
        ran.batches += 1;
        ran.samples += batch.num_rows() as u64;
        for column in batch.columns() {
            let (size, sum) = array_bytes::array(column);
            ran.bytes += size;
            ran.sum ^= sum;
        }
        bar.stream(ran.samples, ran.bytes, ran.batches, stream.batches_left());
    }
    // Keeps the compiler from removing the checksum, and with it the read.
    std::hint::black_box(ran.sum);
    Ok(ran)
}

impl EpochReport {
    fn describe(&self) -> String {
        let (samples, batches) = (counted(self.samples, "sample"), counted(self.batches, "batch"));
        let rate = number(per_second(self.samples, self.elapsed) as u64);
        let speed = per_second(self.bytes, self.elapsed) / 1e6;
        format!(
            "epoch {}: {samples} in {batches}, {} in {}: {rate} samples/s, {speed:.1} MB/s (first batch after {})\n",
            self.epoch,
            bytes(self.bytes),
            duration(self.elapsed),
            duration(self.first),
        )
    }

    fn to_json(&self) -> Value {
        json!({
            "epoch": self.epoch, "samples": self.samples, "batches": self.batches, "bytes": self.bytes,
            "seconds": self.elapsed.as_secs_f64(), "first_batch_seconds": self.first.as_secs_f64(),
            "samples_per_second": per_second(self.samples, self.elapsed),
            "megabytes_per_second": per_second(self.bytes, self.elapsed) / 1e6,
        })
    }
}
