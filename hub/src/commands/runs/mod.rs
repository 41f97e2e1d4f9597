//! `hub runs`: the evaluations of a data set.

mod compare;
mod export;
mod leaderboard;
mod ls;
mod rm;
mod show;

use clap::{Args, Subcommand};

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
    Ls(ls::LsArgs),
    /// Show a run with its scores
    Show(show::ShowArgs),
    /// Rank the runs; those that the same samples don't tell apart are tied
    Leaderboard(leaderboard::LeaderboardArgs),
    /// Compare two runs sample by sample
    Compare(compare::CompareArgs),
    /// Delete a run
    Rm(rm::RmArgs),
    /// Write a run for other programs
    Export(export::ExportArgs),
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
