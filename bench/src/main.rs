//! The measurements that the README quotes.
//!
//! Each command prints one line of JSON per measurement. `all` runs them one after the other on one folder of images,
//! with the peers (Python libraries, `bench/peers/peers.py`) in between, so that ratios come from one run on one
//! machine.

#![allow(missing_docs, reason = "a binary: it has no API that others use")]

mod append;
mod bucket;
mod clock;
mod decode;
mod filter;
mod images;
mod index;
mod loader;
mod open;
mod peers;
mod push;
mod random;
mod scan;
mod serve;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Benchmarks of the hub and its peers")]
struct Arguments {
    /// Folder of images; created with `--count` images if it doesn't exist.
    #[arg(long, env = "HUB_BENCH_IMAGES", default_value = "bench-images", global = true)]
    images: PathBuf,
    /// Folder of real images to fill the folder with, repeated as needed [default: synthetic images].
    #[arg(long, env = "HUB_BENCH_FROM", global = true)]
    from: Option<PathBuf>,
    /// Number of images.
    #[arg(long, default_value_t = 10_000, global = true)]
    count: usize,
    /// Runs of each measurement, of which the median is reported.
    #[arg(long, default_value_t = 5, global = true)]
    runs: usize,
    /// Folder for data sets that the benchmarks create.
    #[arg(long, env = "HUB_BENCH_SETS", default_value = "bench-sets", global = true)]
    sets: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Clone, PartialEq, Eq)]
enum Command {
    /// Run everything but `index`, `serve` and `loader` (the default).
    All,
    /// Fill the folder of images.
    Images,
    /// Push the images to a new data set on the disk.
    Push,
    /// Read every image, in order and shuffled.
    Scan,
    /// Decode every image as training and evaluation do, beside libjpeg-turbo's full decode.
    Decode,
    /// Read single images at random.
    Random,
    /// Open a small data set, and one of 100,000 fragments.
    Open,
    /// Append 100 rows to an empty data set, and to one of 100,000 fragments.
    Append,
    /// Stream the rows that match conditions, and count the bytes that are read.
    Filter,
    /// Stream from the S3 server of `HUB_TEST_S3_ENDPOINT`, compared with plain range requests.
    S3,
    /// Query the label index at ImageNet-21k's scale (not part of `all`: it takes minutes); also on PostgreSQL with
    /// `scripts/with-postgres.sh`.
    Index {
        /// Rows of the data set.
        #[arg(long, default_value_t = 14_197_122)]
        rows: u64,
    },
    /// Measure a running `hub serve` (the binary `HUB_BIN`): chunks compared with nginx, streams, many clients, pages;
    /// also on PostgreSQL with `scripts/with-postgres.sh`.
    Serve {
        /// Run only this part.
        #[arg(long)]
        part: Option<serve::Part>,
        /// Seconds for which many clients stream, and for which pages are requested.
        #[arg(long, default_value_t = 20)]
        secs: u64,
    },
    /// Run only the peers.
    Peers,
    /// Load images from Python, beside FFCV, datasets, WebDataset and torchvision: run as `make bench ARGS=loader`, which
    /// installs them (5 GB).
    Loader {
        /// What to measure: crop, eval, full, random, scan, first, cost, copies, raw, s3 [default: everything].
        parts: Vec<String>,
    },
}

/// jemalloc keeps freed memory for reuse instead of returning it to the system page by page.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::All);
    if let Command::Index { rows } = command {
        return index::run(rows, arguments.runs).await;
    }
    if let Command::Serve { part: Some(serve::Part::Pages), secs } = command {
        return serve::pages::run(&arguments.sets, secs).await;
    }
    if let Command::Loader { parts } = &command {
        images::fill(&arguments.images, arguments.from.as_deref(), arguments.count)?;
        return loader::run(&arguments.images, &arguments.sets, arguments.runs, parts);
    }
    let runs = |one: Command| command == one || command == Command::All;
    images::fill(&arguments.images, arguments.from.as_deref(), arguments.count)?;
    std::fs::create_dir_all(&arguments.sets)?;
    if runs(Command::Push) {
        push::run(&arguments.images, &arguments.sets, arguments.runs).await?;
    }
    if runs(Command::Scan) {
        scan::run(&arguments.images, &arguments.sets, arguments.runs).await?;
    }
    if runs(Command::Decode) {
        decode::run(&arguments.images, &arguments.sets, arguments.runs).await?;
    }
    if runs(Command::Random) {
        random::run(&arguments.images, &arguments.sets).await?;
    }
    if runs(Command::Peers) {
        peers::run(&arguments.images, &arguments.sets, arguments.runs)?;
    }
    if runs(Command::Filter) {
        filter::run(&arguments.images, &arguments.sets).await?;
    }
    if runs(Command::Open) {
        open::run(&arguments.images, &arguments.sets, arguments.runs).await?;
    }
    if runs(Command::Append) {
        append::run(arguments.runs).await?;
    }
    if runs(Command::S3) {
        bucket::run(&arguments.images, arguments.runs).await?;
    }
    if let Command::Serve { part, secs } = command {
        serve::run(&arguments.images, &arguments.sets, arguments.runs, part, secs).await?;
    }
    Ok(())
}
