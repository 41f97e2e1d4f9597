//! `hub revert`: an earlier state comes back, as a new commit.

use clap::Args;
use hub_schema::Revision;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub revert pets 3                 main becomes what it was at version 3
  hub revert pets v1 --branch dev   dev becomes what tag v1 names

Nothing is lost: what came between stays in the log, and can be reverted to.";

/// `hub revert`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Revert {
    #[command(flatten)]
    write: WriteArgs,
    /// The state that comes back
    #[arg(value_name = "REV")]
    to: Revision,
    #[command(flatten)]
    json: JsonArg,
}

/// Reverts.
pub async fn run(args: Revert, context: &Context) -> anyhow::Result<Exit> {
    let branch = args.write.branch()?;
    let dataset = context.open(&args.write.target.location).await?;
    let to = dataset.snapshot(&args.to).await?;
    let committed = dataset.revert(&branch, &args.write.author(), &to).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)?;
    Ok(Exit::Done)
}
