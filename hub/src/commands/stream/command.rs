use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_dataset::read::Estimate;
use hub_schema::{Feature, Location};
use hub_stream::{BatchStream, Cache, Filter, ShuffleReport, StreamBuilder, Tail, Weights};
use serde_json::json;

use crate::args::{JsonArg, ReadArgs, SizeArg, ViewRef, parse_size};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{bytes, counted, number};
use crate::progress::Bar;

use super::array_bytes;
use super::decode_args::DecodeArgs;
use super::epoch::EpochReport;
use super::plan_args::PlanArgs;
use super::rows::{RowCounts, rows_of};
use super::state_file::{self, StateFile};

const EXAMPLES: &str = "\
Examples:
  hub stream pets
  hub stream pets --split train --shuffle 7 --batch-size 256 --epochs 3
  hub stream pets --columns image,label
  hub stream imagenet --where \"isa(label, 'canine.n.02') AND image.width >= 256\"
  hub stream imagenet --where \"isa(label, 'canine.n.02')\" --dry-run      estimate the bytes to read
  hub stream s3://bucket/pets --cache-size 20GB
  hub stream pets --rank 1 --world-size 8     read the share of one rank
  hub stream pets --random-crop 224 --epochs 2 --profile      decode for training
  hub stream pets --random-crop 224 --epochs 2 --cache 256    decode copies of 256 pixels
  hub stream pets --resize 256 --center-crop 224 --exact      decode for evaluation
  hub stream words --decode --audio-seconds 1                 decode a second of each recording
  hub stream actions --resize 224 --center-crop 224 --clip-frames 16    16 frames a video
  hub stream pets --shuffle 7 --max-batches 10 --state at.json
  hub stream pets --resume at.json            read the rest of the epoch
  hub stream pets --shuffle 7 --shuffle-report        how well the order is mixed
  hub stream pets --mix cats --mix-weights 0.9,0.1 --per-batch stratified --shuffle=7
  hub stream coco --resize 256 --bucket shape --max-cost 8000000      batches of images of one size

Every byte of every batch is read, as a decoder or a model would, so the figures measure reading
and not only mapping files. Later epochs read from the page cache what fits into memory. Samples
over 32 MiB are stored as separate objects: batches only reference them, and their bytes are not
counted, unless they are decoded.";

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
    /// Rows per batch [default: 64]
    #[arg(long, value_name = "N")]
    batch_size: Option<usize>,
    /// Shuffle the rows; the same seed gives the same order
    #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    shuffle: Option<u64>,
    /// Number of epochs to read
    #[arg(long, value_name = "N", default_value_t = 1)]
    epochs: u64,
    /// Number of the first epoch, from 0: each has its own shuffle [default: 0]
    #[arg(long, value_name = "N")]
    epoch: Option<u64>,
    /// Stop after N batches of this process
    #[arg(long, value_name = "N")]
    max_batches: Option<u64>,
    /// Write the position to FILE, at the end and every second
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Continue at the position in FILE, in the same order; the number of processes may be another
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Print the row ids of every batch
    #[arg(long)]
    show_ids: bool,
    /// Report how well the order is mixed, compared with a shuffle of all rows, by the classes in COLUMN [default:
    /// the first label column], and read no media
    #[arg(long, value_name = "COLUMN", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    shuffle_report: Option<String>,
    /// Number of independent sequences of row groups that batches are dealt from [default: number of processes]
    #[arg(long, value_name = "N", help_heading = "Order")]
    lanes: Option<usize>,
    /// Number of row groups that are mixed at a time [default: 12]
    #[arg(long, value_name = "N", help_heading = "Order")]
    window: Option<usize>,
    /// Index of this worker among those that read for the same rank, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "workers", help_heading = "Order")]
    worker: usize,
    /// Number of workers that read for the same rank
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Order")]
    workers: usize,
    /// Index of this process among those that share the epoch, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "world_size")]
    rank: usize,
    /// Number of processes that share the epoch
    #[arg(long, value_name = "N", default_value_t = 1)]
    world_size: usize,
    /// Keep the last batches as they are, drop those that are smaller or that not every process would get,
    /// or pad them with the first rows, so that every process gets the same number of full batches
    #[arg(long, value_name = "HOW", value_enum, default_value_t = LastBatches::Keep)]
    tail: LastBatches,
    /// Let rows come in proportion to the numbers in COLUMN; the epoch keeps its number of rows
    #[arg(long, value_name = "COLUMN", conflicts_with = "balanced", help_heading = "Order")]
    weights: Option<String>,
    /// Let the classes in COLUMN, labels or text, come equally often
    #[arg(long, value_name = "COLUMN", help_heading = "Order")]
    balanced: Option<String>,
    /// Verify the checksums of what is read, on a local disk too
    #[arg(long)]
    verify: bool,
    /// Estimate what an epoch would read, and read nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Maximum size of the local cache, of remote data sets and of --cache; 0: none, and large JPEGs with an index are
    /// fetched in parts
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = CACHE)]
    cache_size: SizeArg,
    #[command(flatten)]
    json: JsonArg,
    #[command(flatten)]
    decode: DecodeArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// What becomes of the last batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LastBatches {
    Keep,
    Drop,
    Pad,
}

impl Stream {
    /// Whether batches tell their rows: to show them, or to count those of each data set.
    fn shows_rows(&self) -> bool {
        self.show_ids || self.plan.is_mix()
    }
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
    args.plan.check()?;
    let mut snapshots = vec![snapshot.clone()];
    for other in &args.plan.others {
        snapshots.push(context.snapshot(&other.location, &other.revision_or_main()).await?);
    }
    let cache = cache(&args, context, &snapshots)?;
    let mut first = part(&args, context, &snapshot, location, cache.as_ref()).await?;
    if let Some(view) = &view {
        first = first.filter(Filter::positions_of(view.positions.clone()));
    }
    let mut parts = vec![first];
    for (other, snapshot) in args.plan.others.iter().zip(snapshots.iter().skip(1)) {
        parts.push(part(&args, context, snapshot, &other.location, cache.as_ref()).await?);
    }
    let mut builder = with_settings(args.plan.apply(parts)?, &args);
    if let (None, Some(columns)) = (&args.columns, view.as_ref().and_then(|view| view.columns.as_ref())) {
        builder = builder.columns(columns);
    }
    let columns = args.columns.as_ref().or(view.as_ref().and_then(|view| view.columns.as_ref()));
    builder = args.decode.apply(builder, columns.map(Vec::as_slice), &snapshot, (context, cache))?;
    if args.dry_run {
        return report_estimate(&builder.estimate().await?, &snapshot, &args.json, context).await;
    }
    if let Some(label) = &args.shuffle_report {
        return report_shuffle(builder, label, &snapshot, &args.json, context).await;
    }
    let epochs = run_epochs(&args, builder, context).await?;
    if args.json.json {
        context.print_json(&epochs.iter().map(EpochReport::to_json).collect::<Vec<_>>())?;
    }
    Ok(Exit::Done)
}

/// Reads the epochs, and reports each when it has ended.
async fn run_epochs(
    args: &Stream,
    builder: StreamBuilder,
    context: &Context,
) -> anyhow::Result<Vec<EpochReport>> {
    let mut state = args.resume.as_deref().map(state_file::read).transpose()?;
    let mut file = StateFile::new(args.state.clone());
    let mut left = args.max_batches.unwrap_or(u64::MAX);
    let mut epochs = Vec::new();
    for nth in 0..args.epochs {
        if left == 0 {
            break;
        }
        let begun = Instant::now();
        let mut of_epoch = builder.clone();
        match (&state, args.epoch) {
            (Some(state), _) => of_epoch = of_epoch.resume(state.clone()),
            (None, first) => of_epoch = of_epoch.epoch(first.unwrap_or(0) + nth),
        }
        if let (Some(epoch), 0) = (args.epoch, nth) {
            of_epoch = of_epoch.epoch(epoch);
        }
        let stream = of_epoch.build().await?;
        let mut ran = run_epoch(stream, args, left, &mut file, context).await?;
        ran.elapsed = begun.elapsed();
        file.write(&ran.state)?;
        if !args.json.json {
            context.print(&ran.describe())?;
        }
        left -= ran.batches;
        state = state.is_some().then(|| ran.state.clone().next_epoch());
        epochs.push(ran);
    }
    Ok(epochs)
}

fn is_local(snapshot: &Snapshot) -> bool {
    snapshot.dataset().store().directory().is_some()
}

/// The local cache, if anything is to be kept in it.
fn cache(args: &Stream, context: &Context, snapshots: &[Snapshot]) -> anyhow::Result<Option<Cache>> {
    let size = args.cache_size.0;
    if size == 0 && args.decode.keeps_copies() {
        let message = "--cache keeps copies of images in the local cache, which --cache-size 0 turns off";
        return Err(Failure::usage(message).hint("give --cache-size a size, or leave --cache out").into());
    }
    if size == 0 || (snapshots.iter().all(is_local) && !args.decode.keeps_copies()) {
        return Ok(None);
    }
    Ok(Some(Cache::open(context.home.cache().join("chunks"), size)?))
}

/// The rows of one data set.
async fn part(
    args: &Stream,
    context: &Context,
    snapshot: &Snapshot,
    location: &Location,
    cache: Option<&Cache>,
) -> anyhow::Result<StreamBuilder> {
    let mut builder = StreamBuilder::new(snapshot.clone());
    let weights = args.weights.clone().map(Weights::Column);
    if let Some(weights) = weights.or_else(|| args.balanced.clone().map(Weights::Balanced)) {
        builder = builder.weights(weights);
    }
    if let Some(split) = &args.split {
        builder = builder.split(split);
    }
    if let Some(condition) = &args.condition {
        builder = builder.filter(context.filter(condition, location).await);
    }
    if let Some(cache) = cache.filter(|_| !is_local(snapshot)) {
        builder = builder.cache(cache.clone());
    }
    Ok(builder)
}

/// What is set for all data sets.
fn with_settings(builder: StreamBuilder, args: &Stream) -> StreamBuilder {
    let mut builder = builder
        .rank(args.rank, args.world_size)
        .worker(args.worker, args.workers)
        .tail(match args.tail {
            LastBatches::Keep => Tail::Keep,
            LastBatches::Drop => Tail::Drop,
            LastBatches::Pad => Tail::Pad,
        })
        .verify(args.verify)
        .with_row_ids(args.shows_rows());
    if let Some(rows) = args.batch_size {
        builder = builder.batch_size(rows);
    }
    if let Some(lanes) = args.lanes {
        builder = builder.lanes(lanes);
    }
    if let Some(chunks) = args.window {
        builder = builder.window_chunks(chunks);
    }
    if let Some(columns) = &args.columns {
        builder = builder.columns(columns);
    }
    if let Some(seed) = args.shuffle {
        builder = builder.shuffle(seed);
    }
    builder
}

/// Measures the order, and prints what was found.
async fn report_shuffle(
    builder: StreamBuilder,
    label: &str,
    snapshot: &Snapshot,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<Exit> {
    let is_label = |feature: &Feature| matches!(feature, Feature::ClassLabel { .. });
    let first = snapshot.schema().fields.iter().find(|field| is_label(&field.feature));
    let label = match label {
        "" => first.map(|field| field.name.as_str()),
        named => Some(named),
    };
    let found = builder.shuffle_report(label).await?;
    if json.json {
        context.print_json(&json!({
            "rows": found.rows, "label": label, "displacement": found.displacement,
            "class_runs": found.class_runs, "true_class_runs": found.true_class_runs,
        }))?;
        return Ok(Exit::Done);
    }
    let ShuffleReport { rows, displacement, class_runs, true_class_runs } = found;
    let mut text = format!(
        "{}, moved {:.0} % as far as a shuffle of all rows moves them\n",
        counted(rows, "sample"),
        displacement * 100.0,
    );
    if let (Some(label), Some(runs), Some(expected)) = (label, class_runs, true_class_runs) {
        text += &format!(
            "runs of the same {label}: {runs:.2} samples on average; {expected:.2} in a shuffle of all rows\n"
        );
    }
    context.print(&text)?;
    Ok(Exit::Done)
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

/// Reads at most `most` batches of an epoch.
async fn run_epoch(
    mut stream: BatchStream,
    args: &Stream,
    most: u64,
    file: &mut StateFile,
    context: &Context,
) -> anyhow::Result<EpochReport> {
    let begun = Instant::now();
    let epoch = stream.state().plan.epoch;
    let bar = Bar::new(&context.console, &format!("epoch {epoch}"));
    let (mut samples, mut batches, mut total, mut sum) = (0, 0, 0, 0);
    let mut first = Duration::ZERO;
    let mut shown = args.show_ids.then(Vec::new);
    let mut rows = RowCounts::new(args.plan.others.len() + 1);
    while batches < most {
        let number = stream.state().batches_done + (args.worker * args.world_size + args.rank) as u64;
        let Some(batch) = stream.next().await else { break };
        let batch = batch?;
        if batches == 0 {
            first = begun.elapsed();
        }
        batches += 1;
        samples += batch.num_rows() as u64;
        rows.add(&batch, args.plan.is_mix());
        let columns = batch.num_columns() - usize::from(args.shows_rows()) - usize::from(args.plan.is_mix());
        for column in &batch.columns()[..columns] {
            let (size, read) = array_bytes::array(column);
            total += size;
            sum ^= read;
        }
        bar.stream(samples, total, batches, stream.batches_left());
        if let Some(shown) = &mut shown {
            let ids = rows_of(&batch, args.plan.is_mix());
            if !args.json.json {
                context.print(&format!("epoch {epoch} batch {number}: {}\n", ids.join(" ")))?;
            }
            shown.push(ids);
        }
        file.pass(|| stream.state())?;
    }
    // Keeps the compiler from removing the checksum, and with it the read.
    std::hint::black_box(sum);
    let (stats, state, profile) = (stream.stats(), stream.state(), args.decode.profile);
    let elapsed = begun.elapsed();
    Ok(EpochReport {
        epoch,
        samples,
        batches,
        bytes: total,
        first,
        elapsed,
        stats,
        state,
        ids: shown,
        rows: rows.shown(args.plan.is_mix(), args.plan.is_sized()),
        profile,
    })
}
