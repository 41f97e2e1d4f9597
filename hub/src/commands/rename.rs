//! `hub rename`: another name for a column.

use clap::Args;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub rename pets label breed

Only the name changes: no file is written anew, and earlier revisions keep the old name.";

/// `hub rename`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rename {
    #[command(flatten)]
    write: WriteArgs,
    /// The column
    column: String,
    /// Its new name
    new: String,
    #[command(flatten)]
    json: JsonArg,
}

/// Renames a column.
pub async fn run(args: Rename, context: &Context) -> anyhow::Result<Exit> {
    let branch = args.write.branch()?;
    let dataset = context.open(&args.write.target.location).await?;
    let committed = dataset.rename_column(&branch, &args.write.author(), &args.column, &args.new).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)?;
    Ok(Exit::Done)
}
