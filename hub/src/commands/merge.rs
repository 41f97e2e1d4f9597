//! `hub merge`: merges another revision into a branch.

use clap::Args;
use hub_dataset::ops::merge::Merged;
use hub_schema::Revision;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub merge pets dev                  merge dev into main
  hub merge pets main --branch dev    merge main into dev

Changes to different rows or columns are combined. If both branches changed the same cells or
columns, the merge fails, names the first conflict and changes nothing.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Merge {
    #[command(flatten)]
    write: WriteArgs,
    /// Revision to merge: a branch, a tag or a commit
    #[arg(value_name = "FROM")]
    from: Revision,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Merge, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let into = args.write.branch_of(&dataset).await?;
    let from = dataset.snapshot(&args.from).await?;
    let merged = dataset.merge(&into, &from, &args.write.author()).await?;
    if matches!(merged, Merged::FastForward(_)) && !args.json.json {
        context.report(&format!("fast-forward: {into} has no commits of its own\n"))?;
    }
    let is_new = !matches!(merged, Merged::UpToDate(_));
    report_commit::report_head(merged.snapshot(), is_new, &args.write.target, &args.json, context)?;
    Ok(Exit::Done)
}
