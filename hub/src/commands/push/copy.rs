//! `hub push` from another data set of a hub: its history is copied, or with `--depth 1` one state of it.

use std::time::Instant;

use hub_client::pull::{self, HistoryCopy};
use hub_schema::{Location, Revision};
use serde_json::json;

use super::Push;
use crate::commands::report_history::{Copied, report, report_dry_run};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{bytes, bytes_and_rate, counted, duration, number, pairs};
use crate::progress::{Bar, Total};

/// Copies the data set at `from`.
pub async fn push(args: &Push, context: &Context, from: &Location) -> anyhow::Result<Exit> {
    check(args, from)?;
    match args.depth.is_one_state() {
        true => push_state(args, context, from).await,
        false => push_history(args, context, from).await,
    }
}

/// Refuses options that don't apply to a copy.
fn check(args: &Push, from: &Location) -> anyhow::Result<()> {
    let unfit = [
        ("--append", args.append),
        ("--format", args.format.is_some()),
        ("--split", args.split.is_some()),
        ("--ignore", !args.ignore.is_empty()),
        ("--include", !args.include.is_empty()),
        ("--index", args.derive.given() == Some("--index")),
        ("--store", args.derive.given() == Some("--store")),
    ];
    if let Some((option, _)) = unfit.iter().find(|(_, given)| *given) {
        let message =
            format!("{from} is a data set of a hub and is copied unchanged; {option} doesn't apply");
        return Err(Failure::usage(message).hint(format!("omit {option}")).into());
    }
    if let Some(option) = args.write.given().filter(|_| !args.depth.is_one_state()) {
        let message = format!(
            "{from} is copied with its history, whose commits stay as they are; {option} doesn't apply"
        );
        return Err(Failure::usage(message).hint("to commit its newest state instead: --depth 1").into());
    }
    Ok(())
}

/// Copies commits, branches, tags and views that the target lacks.
async fn push_history(args: &Push, context: &Context, from: &Location) -> anyhow::Result<Exit> {
    let target = &args.write.target;
    let source = context.open(from).await?;
    let there = context.open(&target.location).await.ok();
    let plan = HistoryCopy::plan(&source, there.as_ref(), None).await?;
    let Some(plan) = plan else { return Ok(Exit::Done) };
    let name = target.location.to_string();
    let copied = Copied { verb: "pushed", from: from.to_string(), to: target.name(), name };
    if args.dry_run {
        report_dry_run(&copied, &plan, &args.json, context)?;
        return Ok(Exit::Done);
    }
    context.interrupt.cleanly();
    let begun = Instant::now();
    let total = Total { bytes: Some(plan.bytes()), samples: None };
    let bar = Bar::counting(&context.console, "push", &context.progress, total);
    let dataset = context.open_or_create(&target.location).await?;
    let done = plan.run(&dataset, &context.progress).await;
    drop(bar);
    let done = done.inspect_err(|error| {
        if hub_client::remote::Error::find(error)
            .is_some_and(|e| e.status().is_some_and(|s| s.as_u16() == 403))
        {
            context.note("to push the newest state alone, as a commit of yours: --depth 1");
        }
    })?;
    report(&copied, &plan, &done, &dataset, begun.elapsed(), &args.json, context).await?;
    Ok(Exit::Done)
}

/// Copies the head of `main` of the data set at `from` to the target branch.
async fn push_state(args: &Push, context: &Context, from: &Location) -> anyhow::Result<Exit> {
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
    let before = target.head(&branch).await?;
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
        let replaced = before.map(|before| {
            let (rows, version) = (counted(before.commit().counts.rows, "row"), before.at().version);
            let shell = args.write.target.shell();
            format!("the {rows} before stay in the history; to undo: hub revert {shell} {branch}:{version}\n")
        });
        let replaced = replaced.unwrap_or_default();
        context.report(&format!("copied {from} to {name}, branch {branch}\n{}{replaced}", pairs(facts)))?;
    } else {
        context.report(&format!("{name}: branch {branch} is up to date; nothing was written\n"))?;
    }
    Ok(Exit::Done)
}
