//! `hub push` from another data set of a hub: its files are copied unchanged.

use std::time::Instant;

use hub_client::pull;
use hub_schema::{Location, Revision};
use serde_json::json;

use super::Push;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{bytes, bytes_and_rate, counted, duration, number, pairs};
use crate::progress::{Bar, Total};

/// Copies the head of `main` of the data set at `from` to the target branch.
pub async fn push(args: &Push, context: &Context, from: &Location) -> anyhow::Result<Exit> {
    let unfit = [
        ("--append", args.append),
        ("--format", args.format.is_some()),
        ("--split", args.split.is_some()),
        ("--ignore", !args.ignore.is_empty()),
    ];
    if let Some((option, _)) = unfit.iter().find(|(_, given)| *given) {
        let message =
            format!("{from} is a data set of a hub and is copied unchanged; {option} doesn't apply");
        return Err(Failure::usage(message).hint(format!("omit {option}")).into());
    }
    let branch = args.write.branch()?;
    let snapshot = context.snapshot(from, &Revision::main()).await?;
    let counts = &snapshot.commit().counts;
    if args.dry_run && args.json.json {
        context.print_json(&json!({
            "name": args.write.target.location.to_string(), "branch": branch, "from": from.to_string(),
            "dry_run": true, "rows": counts.rows, "bytes": counts.bytes,
        }))?;
        return Ok(Exit::Done);
    }
    if args.dry_run {
        let what = format!("{}, {}", counted(counts.rows, "row"), bytes(counts.bytes));
        context.report(&format!("dry run: {what} of {from} would be copied; nothing was written\n"))?;
        return Ok(Exit::Done);
    }
    context.interrupt.cleanly();
    let begun = Instant::now();
    let total = Total { bytes: Some(counts.bytes), samples: None };
    let bar = Bar::counting(&context.console, "copy", &context.progress, total);
    let author = args.write.author();
    let target = context.open_or_create(&args.write.target.location).await?;
    let copied = pull::copy(&snapshot, &target, &branch, &author, &context.progress).await?;
    drop(bar);
    let name = args.write.target.name();
    if args.json.json {
        context.print_json(&json!({
            "name": args.write.target.location.to_string(), "branch": branch, "from": from.to_string(),
            "is_new": copied.is_new, "rows": copied.rows, "files": copied.files,
            "written_bytes": copied.written_bytes, "reused_bytes": copied.reused_bytes,
        }))?;
    } else if copied.is_new {
        let facts = [
            ("rows", number(copied.rows)),
            (
                "stored",
                format!("{} written, {} reused", bytes(copied.written_bytes), bytes(copied.reused_bytes)),
            ),
            (
                "time",
                format!(
                    "{} ({})",
                    duration(begun.elapsed()),
                    bytes_and_rate(copied.written_bytes, begun.elapsed())
                ),
            ),
        ];
        context.report(&format!("copied {from} to {name}, branch {branch}\n{}", pairs(facts)))?;
    } else {
        context.report(&format!("{name}: branch {branch} is up to date; nothing was written\n"))?;
    }
    Ok(Exit::Done)
}
