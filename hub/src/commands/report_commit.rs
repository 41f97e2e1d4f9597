//! The report of a command that commits to a branch.

use hub_dataset::{Committed, Snapshot};
use hub_schema::BranchName;
use serde_json::json;

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::output::{counted, number};

/// Reports a commit, or that nothing changed.
pub fn report(
    committed: &Committed,
    target: &Target,
    branch: &BranchName,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<()> {
    let is_new = matches!(committed, Committed::New(_));
    match committed.snapshot() {
        Some(head) => report_head(head, is_new, target, json, context),
        None => context.report(&format!("{}: nothing to commit on branch {branch}\n", target.name())),
    }
}

/// Reports the head of a branch; `is_new` if this command committed it.
pub fn report_head(
    head: &Snapshot,
    is_new: bool,
    target: &Target,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<()> {
    let (at, commit) = (head.at(), head.commit());
    if json.json {
        return context.print_json(&json!({
            "name": target.location.to_string(), "is_new": is_new, "branch": at.branch,
            "version": at.version, "commit": at.id.to_string(), "operation": commit.operation,
            "counts": commit.counts,
        }));
    }
    let name = target.name();
    let place = format!("{}:{} ({})", at.branch, at.version, at.id.short());
    let rows = counted(commit.counts.rows, "row");
    if !is_new {
        return context.report(&format!("{name}: nothing to commit; {place} has {rows}\n"));
    }
    let counts = &commit.counts;
    let changes = [("added", counts.added), ("removed", counts.removed), ("changed", counts.changed)];
    let changes: String =
        changes.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{} {word}, ", number(*n))).collect();
    let operation = commit.operation.describe();
    context.report(&format!("{name}: {operation}: {changes}{rows}; now at {place}\n"))
}
