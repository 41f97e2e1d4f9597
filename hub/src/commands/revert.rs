//! `hub revert`: restores an earlier state as a new commit.

use clap::Args;
use hub_schema::Revision;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub revert pets 3                 restore version 3 on main
  hub revert pets v1 --branch dev   restore tag v1 on dev

No history is lost: the commits in between stay in the log and can be restored as well. Only a
damaged head, to which nothing can be added, leaves the log: the branch goes on from the newest
version that is not damaged.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Revert {
    #[command(flatten)]
    write: WriteArgs,
    /// Revision to restore
    #[arg(value_name = "REV")]
    to: Revision,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Revert, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let to = dataset.snapshot(&args.to).await?;
    let committed = dataset.revert(&branch, &args.write.author(), &to).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)?;
    Ok(Exit::Done)
}
