//! The report of a copy with its history.

use std::time::Duration;

use hub_client::pull::{HistoryCopy, HistoryReport};
use hub_dataset::Dataset;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::output::{bytes, bytes_and_rate, counted, duration, number, pairs};

/// What was copied, and where.
#[derive(Debug)]
pub struct Copied {
    /// `pulled` or `pushed`.
    pub verb: &'static str,
    /// The source, as a person names it.
    pub from: String,
    /// The data set that the command names, for the JSON.
    pub name: String,
    /// The destination.
    pub to: String,
}

/// Reports what would be copied.
pub fn report_dry_run(
    copied: &Copied,
    plan: &HistoryCopy,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<()> {
    let (commits, size) = (plan.missing().commits.len(), plan.bytes());
    if json.json {
        return context.print_json(&json!({
            "name": copied.name, "dest": copied.to, "format": "hub", "dry_run": true,
            "commits": commits, "bytes": size,
        }));
    }
    let what = format!("{}, at most {}", counted(commits as u64, "commit"), bytes(size));
    context.report(&format!("dry run: {what} of {} would be copied to {}\n", copied.from, copied.to))
}

/// Reports what was copied.
pub async fn report(
    copied: &Copied,
    plan: &HistoryCopy,
    done: &HistoryReport,
    target: &Dataset,
    elapsed: Duration,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<()> {
    let (Copied { verb, from, name, to }, missing) = (copied, plan.missing());
    let head = target.default_head().await?;
    let rows = head.as_ref().map_or(0, |head| head.commit().counts.rows);
    let branches: Vec<String> = target.branches().await?.iter().map(ToString::to_string).collect();
    let imported = done.imported;
    for tag in &missing.other_tags {
        context.note(&format!("warning: tag {tag} names another commit in {to}, and stays as it is there"));
    }
    for run in &plan.runs().damaged {
        context.note(&format!("warning: the record of run {run} can't be read, so it isn't copied"));
    }
    if json.json {
        return context.print_json(&json!({
            "name": name, "dest": to, "format": "hub", "is_new": !plan.is_up_to_date(), "rows": rows,
            "branch": head.as_ref().map(|head| &head.at().branch),
            "version": head.as_ref().map(|head| head.at().version),
            "commit": head.as_ref().map(|head| head.at().id.to_string()),
            "commits": imported.commits, "tags": imported.tags, "views": imported.views, "runs": done.runs,
            "own_commits": missing.own_commits, "branches": branches, "files": done.files,
            "written_bytes": done.written_bytes, "reused_bytes": done.reused_bytes,
        }));
    }
    if missing.own_commits > 0 {
        let own = counted(missing.own_commits as u64, "commit");
        context.note(&format!("{to} has {own} that {from} doesn't have"));
    }
    if plan.is_up_to_date() {
        return context.report(&format!("{to} is up to date with {from}; nothing was written\n"));
    }
    let parts =
        [(imported.commits, "commit"), (imported.tags, "tag"), (imported.views, "view"), (done.runs, "run")];
    let history: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(*n as u64, what)).collect();
    let facts = [
        ("history", format!("{} on {}", history.join(", "), branches.join(", "))),
        ("rows", number(rows)),
        ("files", format!("{}, {} reused", counted(done.files as u64, "file"), bytes(done.reused_bytes))),
        ("time", format!("{} ({} written)", duration(elapsed), bytes_and_rate(done.written_bytes, elapsed))),
    ];
    context.report(&format!("{verb} {from} to {to}\n{}", pairs(facts)))
}
