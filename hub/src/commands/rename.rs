//! `hub rename`: renames a column.

use clap::Args;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub rename pets label breed

Only the name changes: no data files are rewritten, and earlier revisions keep the old name.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rename {
    #[command(flatten)]
    write: WriteArgs,
    /// Current name of the column
    column: String,
    /// New name of the column
    new: String,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Rename, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let committed = dataset.rename_column(&branch, &args.write.author(), &args.column, &args.new).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)?;
    Ok(Exit::Done)
}
