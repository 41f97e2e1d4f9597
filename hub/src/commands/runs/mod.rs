//! `hub runs`: the evaluations of a data set.

mod compare;
mod export;
mod leaderboard;
mod ls;
mod rm;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub runs ls vision/imagenet
  hub runs show vision/imagenet last
  hub runs leaderboard vision/imagenet --split val
  hub runs compare vision/imagenet resnet50 vgg16 --margin 1
  hub runs export vision/imagenet last --mlflow ./mlruns
  hub runs rm vision/imagenet 20260412-093015-1f0c22ab

A RUN is an id, a part of one, the name of a model (its newest run) or `last`. To query its
predictions: hub query NAME --run RUN \"SELECT * FROM predictions ORDER BY loss DESC LIMIT 9\"";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct RunsArgs {
    #[command(subcommand)]
    command: RunsCommand,
}

#[derive(Subcommand, Debug)]
enum RunsCommand {
    /// List the runs of a data set, the newest first
    Ls(LsArgs),
    /// Show a run with its scores
    Show(ShowArgs),
    /// Rank the runs; those that the same samples don't tell apart are tied
    Leaderboard(LeaderboardArgs),
    /// Compare two runs sample by sample
    Compare(CompareArgs),
    /// Delete a run
    Rm(RmArgs),
    /// Write a run for other programs
    Export(ExportArgs),
}

#[derive(Args, Debug)]
pub struct LsArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Run
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
    /// Print the scores as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
pub struct LeaderboardArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Only runs on this split
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
pub struct CompareArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Two runs
    #[arg(value_name = "RUN", num_args = 2, required = true)]
    runs: Vec<String>,
    /// Test whether the runs are equally good within this many points
    #[arg(long, value_name = "POINTS")]
    margin: Option<f64>,
    /// Images to list that one run has right and the other wrong
    #[arg(long, value_name = "N", default_value_t = 10)]
    flips: usize,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
pub struct RmArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Runs
    #[arg(value_name = "RUN", required = true, num_args = 1..)]
    runs: Vec<String>,
}

#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("form").required(true).multiple(true))]
pub struct ExportArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Run
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
    /// Write a folder that MLflow reads: mlflow ui --backend-store-uri DIR
    #[arg(long, value_name = "DIR", group = "form")]
    mlflow: Option<PathBuf>,
    /// Write the predictions as Parquet
    #[arg(long, value_name = "FILE", group = "form")]
    predictions: Option<PathBuf>,
    /// Write the record as JSON
    #[arg(long, value_name = "FILE", group = "form")]
    record: Option<PathBuf>,
}

pub async fn run(args: RunsArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.command {
        RunsCommand::Ls(args) => ls::run(&args, context).await,
        RunsCommand::Show(args) => show::run(&args, context).await,
        RunsCommand::Leaderboard(args) => leaderboard::run(&args, context).await,
        RunsCommand::Compare(args) => compare::run(&args, context).await,
        RunsCommand::Rm(args) => rm::run(&args, context).await,
        RunsCommand::Export(args) => export::run(&args, context).await,
    }
}
