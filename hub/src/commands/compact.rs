//! `hub compact`: merges small fragments into larger ones.

use clap::Args;
use hub_dataset::Committed;
use hub_dataset::ops::compact::CompactOptions;
use serde_json::json;

use super::report_commit;
use crate::args::{JsonArg, SizeArg, WriteArgs, parse_size};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, counted};
use crate::progress::Bar;

const EXAMPLES: &str = "\
Examples:
  hub compact pets
  hub compact pets --target-size 64MB

Useful after many small pushes or deletes: reads get faster, and `hub gc` can free the space of
deleted rows and dropped columns once no revision references the old files. Rows keep their ids.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Compact {
    #[command(flatten)]
    write: WriteArgs,
    /// Target size of fragments
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "32MiB")]
    target_size: SizeArg,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Compact, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let options = CompactOptions { target_bytes: args.target_size.0 };
    context.interrupt.at_once("the branch was not changed");
    let bar = Bar::new(&context.console, "compact");
    let compacted = dataset.compact(&branch, &args.write.author(), options).await?;
    drop(bar);
    let report = compacted.report;
    if args.json.json {
        let head = compacted.committed.snapshot();
        let is_new = matches!(compacted.committed, Committed::New(_));
        context.print_json(&json!({
            "name": args.write.target.location.to_string(), "is_new": is_new, "branch": branch,
            "version": head.map(|head| head.at().version),
            "commit": head.map(|head| head.at().id.to_string()),
            "operation": head.map(|head| &head.commit().operation),
            "counts": head.map(|head| &head.commit().counts), "report": report,
        }))?;
        return Ok(Exit::Done);
    }
    report_commit::report(&compacted.committed, &args.write.target, &branch, &args.json, context)?;
    if matches!(compacted.committed, Committed::New(_)) {
        let (old, new) =
            (counted(report.old_fragments, "fragment"), counted(report.new_fragments, "fragment"));
        let (old_size, new_size) = (bytes(report.old_bytes), bytes(report.new_bytes));
        context.report(&format!("  {old}, {old_size} → {new}, {new_size}\n"))?;
    }
    Ok(Exit::Done)
}
