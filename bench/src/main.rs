//! The measurements that the README quotes.
//!
//! Each command prints one line of JSON per measurement. `all` runs them one after the other on one folder of
//! pictures, with the peers (Python libraries, `bench/peers/peers.py`) in between, so that ratios come from
//! one run on one machine.

mod append;
mod bucket;
mod clock;
mod filter;
mod images;
mod index;
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
#[command(about = "Measures the hub, and its peers beside it")]
struct Arguments {
    /// Folder of the pictures; filled with `--count` pictures where it does not exist.
    #[arg(long, env = "HUB_BENCH_IMAGES", default_value = "bench-images", global = true)]
    images: PathBuf,
    /// Real pictures to fill the folder with, again and again; made-up ones where none is given.
    #[arg(long, env = "HUB_BENCH_FROM", global = true)]
    from: Option<PathBuf>,
    /// Pictures.
    #[arg(long, default_value_t = 10_000, global = true)]
    count: usize,
    /// Runs of each measurement; the median counts.
    #[arg(long, default_value_t = 5, global = true)]
    runs: usize,
    /// Folder for the data sets that are made.
    #[arg(long, env = "HUB_BENCH_SETS", default_value = "bench-sets", global = true)]
    sets: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Clone, Copy, PartialEq, Eq)]
enum Command {
    /// Everything (the default).
    All,
    /// Fill the folder of pictures.
    Images,
    /// Push the pictures into a new data set on the disk.
    Push,
    /// Read every picture, in order and shuffled.
    Scan,
    /// Read single pictures at random.
    Random,
    /// Open a data set, small and of 100,000 fragments.
    Open,
    /// Append 100 rows to an empty data set, and to one of 100,000 fragments.
    Append,
    /// Stream the rows of some conditions, and count the bytes that are read for them.
    Filter,
    /// Stream from the S3 server of `HUB_TEST_S3_ENDPOINT`, beside plain range requests.
    S3,
    /// The label index at ImageNet-21k's scale (not among everything: it takes minutes). Beside PostgreSQL with
    /// `scripts/with-postgres.sh`.
    Index {
        /// Rows.
        #[arg(long, default_value_t = 14_197_122)]
        rows: u64,
    },
    /// A running `hub serve` (the binary of `HUB_BIN`): chunks beside nginx, streams, many clients, pages. Beside
    /// PostgreSQL with `scripts/with-postgres.sh`.
    Serve {
        /// One part of it only.
        #[arg(long)]
        part: Option<serve::Part>,
        /// Seconds that many clients stream, and that pages are asked for.
        #[arg(long, default_value_t = 20)]
        secs: u64,
    },
    /// The peers alone.
    Peers,
}

/// Keeps freed memory for a while instead of giving it back page by page.
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
    let runs = |one: Command| command == one || command == Command::All;
    images::fill(&arguments.images, arguments.from.as_deref(), arguments.count)?;
    std::fs::create_dir_all(&arguments.sets)?;
    if runs(Command::Push) {
        push::run(&arguments.images, &arguments.sets, arguments.runs).await?;
    }
    if runs(Command::Scan) {
        scan::run(&arguments.images, &arguments.sets, arguments.runs).await?;
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
