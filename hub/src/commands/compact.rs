//! `hub compact`: merges small fragments into larger ones.

use clap::Args;
use hub_client::derive;
use hub_dataset::ops::compact::CompactOptions;
use hub_dataset::{Committed, Dataset};
use hub_schema::BranchName;
use serde_json::json;

use super::report_commit;
use crate::args::{DeriveArgs, JsonArg, SizeArg, WriteArgs, parse_size};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{bytes, counted};
use crate::progress::Bar;

const EXAMPLES: &str = "\
Examples:
  hub compact pets
  hub compact pets --target-size 64MB
  hub compact pets --index                    train faster: index the JPEGs
  hub compact imagenet --store 256 --as jpeg  train faster: keep small copies beside the images

Useful after many small pushes or deletes: reads get faster, and `hub gc` can free the space of
deleted rows and dropped columns once no revision references the old files. Rows keep their ids.

With --index or --store, what is missing is computed for all rows, and images stay as they are. What
was computed before is kept; rows that are pushed later lack it until the next such compaction, or
are pushed with the same options.";

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
    #[command(flatten)]
    derive: DeriveArgs,
}

pub async fn run(args: Compact, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let options = options(&args, &dataset, &branch).await?;
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
        if report.old_fragments > 0 {
            context.report(&format!("  {old}, {old_size} → {new}, {new_size}\n"))?;
        }
        if report.derived_fragments > 0 {
            let (fragments, size) =
                (counted(report.derived_fragments, "fragment"), bytes(report.derived_bytes));
            context.report(&format!("  computed for {fragments}: {size}\n"))?;
        }
    }
    Ok(Exit::Done)
}

/// What is asked for, and what the branch lists of derived columns, which is kept.
async fn options(args: &Compact, dataset: &Dataset, branch: &BranchName) -> anyhow::Result<CompactOptions> {
    let target_bytes = args.target_size.0;
    let Some(head) = dataset.head(branch).await? else {
        return Ok(CompactOptions { target_bytes, ..CompactOptions::default() });
    };
    let (schema, kinds) = (head.schema(), args.derive.kinds());
    let images = derive::image_columns(schema);
    if let Some(option) = args.derive.given().filter(|_| images.is_empty()) {
        let message = format!("{} has no image column, which {option} needs", args.write.target.name());
        return Err(Failure::usage(message).hint(format!("omit {option}")).into());
    }
    let derive_of = images.into_iter().flat_map(|of| kinds.iter().map(move |kind| (of, *kind))).collect();
    Ok(CompactOptions { target_bytes, derives: derive::deriving(schema, &kinds), derive_of })
}
