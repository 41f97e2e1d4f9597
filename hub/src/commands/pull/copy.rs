//! `hub pull --depth 1`: a copy of one state, which is a data set of its own.

use std::path::Path;
use std::time::Instant;

use hub_client::pull;
use hub_dataset::{Author, Dataset, Snapshot, layout};
use hub_schema::{BranchName, Location};
use serde_json::json;

use super::Pull;
use crate::context::Context;
use crate::errors::Failure;
use crate::output::{bytes, bytes_and_rate, counted, duration, number, pairs};
use crate::progress::{Bar, Total};

/// Copies a revision to `dest`, where it becomes the head of `main`.
pub async fn pull(
    args: &Pull,
    context: &Context,
    snapshot: &Snapshot,
    dest: &Location,
) -> anyhow::Result<()> {
    check_dest(snapshot.dataset(), dest, context)?;
    check_replaceable(snapshot, dest, context).await?;
    let (at, counts) = (snapshot.at(), &snapshot.commit().counts);
    let name = format!("{}@{}:{}", args.read.target.name(), at.branch, at.version);
    if args.dry_run && args.json.json {
        return context.print_json(&json!({
            "name": args.read.target.location.to_string(), "commit": at.id.to_string(), "dry_run": true,
            "dest": dest.to_string(), "format": "hub", "rows": counts.rows, "bytes": counts.bytes,
        }));
    }
    if args.dry_run {
        let what = format!("{}, {}", counted(counts.rows, "row"), bytes(counts.bytes));
        return context.report(&format!("dry run: {name} ({what}) would be copied to {dest}\n"));
    }
    context.interrupt.cleanly();
    let begun = Instant::now();
    let total = Total { bytes: Some(counts.bytes), samples: None };
    let bar = Bar::counting(&context.console, "pull", &context.progress, total);
    // The copy's commit keeps the author and the message of the original.
    let author = Author::new(snapshot.commit().author.clone(), snapshot.commit().message.clone());
    let target = context.open_or_create(dest).await?;
    let copied = pull::copy(snapshot, &target, &BranchName::main(), &author, &context.progress).await?;
    drop(bar);
    if args.json.json {
        return context.print_json(&json!({
            "name": args.read.target.location.to_string(), "commit": at.id.to_string(),
            "dest": dest.to_string(), "format": "hub", "is_new": copied.is_new, "rows": copied.rows,
            "files": copied.files, "written_bytes": copied.written_bytes, "reused_bytes": copied.reused_bytes,
        }));
    }
    if !copied.is_new {
        return context.report(&format!("{dest} is up to date with {name}; nothing was written\n"));
    }
    let elapsed = begun.elapsed();
    let facts = [
        ("rows", number(copied.rows)),
        ("files", format!("{}, {} reused", counted(copied.files as u64, "file"), bytes(copied.reused_bytes))),
        (
            "time",
            format!("{} ({} written)", duration(elapsed), bytes_and_rate(copied.written_bytes, elapsed)),
        ),
    ];
    context.report(&format!("pulled {name} to {dest}\n{}", pairs(facts)))
}

/// Refuses a destination that is not free for a copy, or that is the source.
pub fn check_dest(from: &Dataset, dest: &Location, context: &Context) -> anyhow::Result<()> {
    let store = context.store(dest)?;
    if let Some(directory) = store.directory() {
        check_free(directory, dest)?;
    }
    if store.uri() == from.store().uri() {
        let message = format!("{dest} is the data set that would be copied");
        return Err(Failure::conflict(message).hint("name another destination: hub pull NAME DEST").into());
    }
    Ok(())
}

/// Refuses to replace what is no earlier state of the same data set.
async fn check_replaceable(snapshot: &Snapshot, dest: &Location, context: &Context) -> anyhow::Result<()> {
    let Ok(target) = context.open(dest).await else { return Ok(()) };
    let Some(head) = target.default_head().await? else { return Ok(()) };
    let (theirs, ours) = (snapshot.dataset().history().await?, target.history().await?);
    if theirs.shares_with(&ours) {
        let failure = Failure::conflict(format!("{dest} is a copy with history"));
        return Err(failure.hint("omit --depth to add what is new").into());
    }
    if !theirs.has_state(head.commit()) {
        let message = format!(
            "the rows of {dest} are no state of {}: it is another data set, or was changed",
            snapshot.dataset().store().uri()
        );
        return Err(Failure::conflict(message).hint("give another destination: hub pull NAME DEST").into());
    }
    Ok(())
}

/// Refuses a directory that holds anything but a data set.
fn check_free(directory: &Path, dest: &Location) -> anyhow::Result<()> {
    if directory.join(layout::HUB_FILE).is_file() {
        return Ok(());
    }
    let in_the_way = match std::fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_some(),
        Err(e) => e.kind() != std::io::ErrorKind::NotFound,
    };
    if in_the_way {
        let message = format!("{dest} exists and is not a data set");
        return Err(Failure::conflict(message).hint("give a directory that is new or empty").into());
    }
    Ok(())
}
