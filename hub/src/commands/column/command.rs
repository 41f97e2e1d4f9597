//! The subcommands of `hub column`.

use clap::{Args, Subcommand};

use super::add;
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub column add pets scores.csv --on image.name    add the columns of a table

See also: `hub info NAME` lists the columns, `hub rename NAME COLUMN NEW` renames one,
`hub rm NAME --column COLUMN` removes one, and `hub set` sets values in chosen rows.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Column {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Add columns from a CSV or Parquet file, or replace their values
    Add(add::Add),
}

pub async fn run(args: Column, context: &Context) -> anyhow::Result<Exit> {
    match args.command {
        Command::Add(args) => add::run(args, context).await,
    }
}
