//! `hub rm NAME`: removes a whole data set.

use std::io::IsTerminal;

use hub_dataset::ops::remove::{self, Contents};
use hub_dataset::{Dataset, layout};
use hub_schema::Location;
use serde_json::json;

use super::Rm;
use crate::console::Console;
use crate::context::Context;
use crate::errors::Failure;
use crate::output::{bytes, counted};

/// Files that are kept and named in a report.
const NAMED: usize = 5;

/// Removes a data set after a confirmation.
pub async fn remove(args: &Rm, context: &Context) -> anyhow::Result<()> {
    let target = &args.write.target;
    if let Some(revision) = &target.revision {
        let message = format!("@{revision}: a revision can't be removed, only a whole data set");
        let hint = format!("hub branch {0} BRANCH --delete, hub tag {0} TAG --delete", target.shell());
        return Err(Failure::usage(message).hint(hint).into());
    }
    match context.resolve(&target.location) {
        Location::Server { base, name } => {
            let dataset = context.open(&target.location).await?;
            let what = describe(&dataset, &target.name()).await?;
            if args.dry_run {
                return report_dry_run(args, context, &what, None);
            }
            // An owner of the namespace can restore it within `delete_grace_secs`.
            confirm(args, &context.console, &what, None)?;
            context.home.connect(&base.parse()?)?.delete_dataset(&name).await?;
            report_removed(args, context, &what, None)
        }
        _ => remove_files(args, context).await,
    }
}

/// Removes a data set of a disk or a bucket: the files that are its own.
async fn remove_files(args: &Rm, context: &Context) -> anyhow::Result<()> {
    let target = &args.write.target;
    let store = context.store(&target.location)?;
    let found = Contents::read(&store).await?;
    let has_hub_file = found.own.iter().any(|file| file.path == layout::HUB_FILE);
    let what = match has_hub_file || !found.has_remains() {
        true => describe(&context.open(&target.location).await?, &target.name()).await?,
        // The rest of a removal that was interrupted, or of a push that ended after it.
        false => format!("what is left of the data set {}, which has no {}", target.name(), layout::HUB_FILE),
    };
    if args.dry_run {
        return report_dry_run(args, context, &what, Some(&found));
    }
    confirm(args, &context.console, &what, Some(&found))?;
    let removed = remove::remove(&store).await?;
    report_removed(args, context, &what, Some(&removed))
}

/// How many files are deleted, and which others stay.
fn files(contents: &Contents) -> String {
    let size = bytes(contents.own_bytes());
    format!("{} of {size}{}", counted(contents.own.len() as u64, "file"), kept(contents))
}

/// The files that stay; nothing if there are none.
fn kept(contents: &Contents) -> String {
    let foreign = &contents.foreign;
    if foreign.is_empty() {
        return String::new();
    }
    let named: Vec<&str> = foreign.iter().take(NAMED).map(|file| file.path.as_str()).collect();
    let more = if foreign.len() > NAMED { ", …" } else { "" };
    format!(
        "; not the hub's, and kept: {} ({}{more})",
        counted(foreign.len() as u64, "file"),
        named.join(", ")
    )
}

fn report_dry_run(
    args: &Rm,
    context: &Context,
    what: &str,
    contents: Option<&Contents>,
) -> anyhow::Result<()> {
    if args.json.json {
        let mut json = as_json(args, false, contents);
        json["dry_run"] = true.into();
        return context.print_json(&json);
    }
    let files = contents.map(|found| format!(": {}", files(found))).unwrap_or_default();
    context.report(&format!("dry run: {what} would be removed{files}\n"))
}

fn report_removed(
    args: &Rm,
    context: &Context,
    what: &str,
    contents: Option<&Contents>,
) -> anyhow::Result<()> {
    if args.json.json {
        return context.print_json(&as_json(args, true, contents));
    }
    let rest = match contents {
        Some(removed) => kept(removed),
        None => "; an owner of the namespace can restore it for a while (`hub restore`)".to_owned(),
    };
    context.report(&format!("removed {what}{rest}\n"))
}

fn as_json(args: &Rm, removed: bool, contents: Option<&Contents>) -> serde_json::Value {
    let mut json = json!({ "name": args.write.target.location.to_string(), "deleted": removed });
    if let Some(contents) = contents {
        let kept: Vec<&str> = contents.foreign.iter().map(|file| file.path.as_str()).collect();
        json["files"] = contents.own.len().into();
        json["bytes"] = contents.own_bytes().into();
        json["kept"] = json!(kept);
    }
    json
}

async fn describe(dataset: &Dataset, name: &str) -> anyhow::Result<String> {
    let head = match dataset.default_head().await {
        Ok(Some(head)) => head,
        Ok(None) => {
            let branches = dataset.branches().await.unwrap_or_default();
            let branches: Vec<String> = branches.iter().map(ToString::to_string).collect();
            return Ok(match branches.is_empty() {
                true => format!("{name} (nothing committed)"),
                false => format!("{name} (branches {})", branches.join(", ")),
            });
        }
        // A damaged data set can be removed, too.
        Err(error) => return Ok(format!("{name} (main can't be read: {error})")),
    };
    let (at, counts) = (head.at(), &head.commit().counts);
    let (commits, rows) = (counted(at.version + 1, "commit"), counted(counts.rows, "row"));
    Ok(format!("{name} ({rows}, {}, {commits} on {})", bytes(counts.bytes), at.branch))
}

/// Asks whether to go on; without `contents` the data set can be restored for a while.
fn confirm(args: &Rm, console: &Console, what: &str, contents: Option<&Contents>) -> anyhow::Result<()> {
    if args.yes {
        return Ok(());
    }
    let (for_good, files) = match contents {
        Some(found) => (" permanently", format!(" ({})", files(found))),
        None => ("", String::new()),
    };
    if !std::io::stdin().is_terminal() {
        let message =
            format!("{what} would be removed{for_good}{files}, but stdin is not a terminal to confirm it");
        return Err(Failure::usage(message).hint("add --yes to remove it without confirmation").into());
    }
    match console.ask(&format!("Remove {what}{for_good}{files}?"))? {
        true => Ok(()),
        false => Err(Failure::conflict("nothing was removed").into()),
    }
}
