//! `hub merge`: takes another branch in.

use clap::Args;
use hub_dataset::ops::merge::Merged;
use hub_schema::Revision;

use super::report_commit;
use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub merge pets dev                  dev into main
  hub merge pets main --branch dev    main into dev

Branches that changed different rows or columns go together. Where both changed the same, the merge
is refused, names what clashes, and changes nothing.";

/// `hub merge`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Merge {
    #[command(flatten)]
    write: WriteArgs,
    /// What is taken in: a branch, a tag, a commit
    #[arg(value_name = "FROM")]
    from: Revision,
    #[command(flatten)]
    json: JsonArg,
}

/// Merges.
pub async fn run(args: Merge, context: &Context) -> anyhow::Result<Exit> {
    let into = args.write.branch()?;
    let dataset = context.open(&args.write.target.location).await?;
    let from = dataset.snapshot(&args.from).await?;
    let merged = dataset.merge(&into, &from, &args.write.author()).await?;
    if matches!(merged, Merged::FastForward(_)) && !args.json.json {
        context.report(&format!("fast forward: {into} had nothing of its own\n"))?;
    }
    let is_new = !matches!(merged, Merged::UpToDate(_));
    report_commit::report_head(merged.snapshot(), is_new, &args.write.target, &args.json, context)?;
    Ok(Exit::Done)
}
