//! `hub log`: lists commits, newest first.

use std::collections::BTreeMap;

use chrono::Utc;
use clap::Args;
use hub_dataset::{Dataset, Snapshot};
use hub_schema::{BranchName, CommitId};
use serde_json::{Value, json};

use super::row_log;
use crate::args::{JsonArg, ReadArgs, RowRef};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{age, bytes, counted, number};

/// Skipped samples to list for each commit without `--left-out`.
pub const MAX_LEFT_OUT: usize = 10;

const EXAMPLES: &str = "\
Examples:
  hub log pets
  hub log pets@dev -n 5
  hub log pets -n 1 --left-out     list all samples that the last push left out
  hub log pets --json | jq -r '.[].commit'
  hub log pets --row 17            the commits that touched one row, with old and new values
  hub log pets --row 0a1b2c3d4e:17

Each commit is listed with its rows added (+), removed (−) and changed (~), and in brackets the rows
and size of the branch after it.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Log {
    #[command(flatten)]
    read: ReadArgs,
    /// Maximum number of commits
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: usize,
    /// List all samples that pushes with --on-error skip left out (at most 1,000 for each push)
    #[arg(long)]
    left_out: bool,
    /// List only commits that touched this row, given by position or id, with its old and new values
    #[arg(long, value_name = "ROW", conflicts_with = "left_out")]
    row: Option<RowRef>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Log, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.read.target.location).await?;
    let snapshot = dataset.snapshot(&args.read.revision()?).await?;
    if let Some(row) = args.row {
        return row_log::run(&snapshot, row, args.limit, args.json.json, context).await;
    }
    // One commit more than the limit, to know whether there are more.
    let mut commits = snapshot.log(args.limit.saturating_add(1)).await?;
    let is_more = commits.len() > args.limit;
    commits.truncate(args.limit);
    let tags = tags(&dataset).await?;
    if args.json.json {
        context.print_json(&commits.iter().map(|c| to_json(c, &tags)).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let listed = if args.left_out { usize::MAX } else { MAX_LEFT_OUT };
    let texts: Vec<String> = commits.iter().map(|c| describe(c, &tags, listed)).collect();
    context.print(&texts.join("\n"))?;
    if is_more {
        context.note(&format!("\nfor older commits: -n {}", args.limit.saturating_mul(5).max(1)));
    }
    Ok(Exit::Done)
}

/// The tags by the commit that they name.
async fn tags(dataset: &Dataset) -> anyhow::Result<BTreeMap<CommitId, Vec<BranchName>>> {
    let mut tags: BTreeMap<CommitId, Vec<BranchName>> = BTreeMap::new();
    for name in dataset.tags().await? {
        if let Some(tag) = dataset.tag(&name).await? {
            tags.entry(tag.commit.id).or_default().push(name);
        }
    }
    Ok(tags)
}

fn describe(snapshot: &Snapshot, tags: &BTreeMap<CommitId, Vec<BranchName>>, listed: usize) -> String {
    let (at, commit) = (snapshot.at(), snapshot.commit());
    let tags = tags.get(&at.id).map(|t| format!("  tag {}", names(t))).unwrap_or_default();
    let mut text = format!(
        "{}:{}  {}  {}  {}{tags}\n",
        at.branch,
        at.version,
        at.id.short(),
        age(commit.time, Utc::now()),
        commit.author,
    );
    let operation = commit.operation.describe();
    // Until version 0.1 a commit without a message got its operation as one.
    if !commit.message.is_empty() && commit.message != operation {
        text += &format!("    {}\n", commit.message.replace('\n', "\n    "));
    }
    let counts = &commit.counts;
    let changes = [("+", counts.added), ("−", counts.removed), ("~", counts.changed)];
    let changes = changes.iter().filter(|(_, n)| *n > 0);
    let changes: String = changes.map(|(sign, n)| format!(" {sign}{}", number(*n))).collect();
    let holds = format!("{}, {}", counted(counts.rows, "row"), bytes(counts.bytes));
    text += &format!("    {operation}{changes} ({holds})\n");
    if let Some(key) = &commit.append_key {
        text += &format!("    key {}\n", key.key);
    }
    if counts.skipped > 0 {
        text += &format!("    {} left out:\n", counted(counts.skipped, "sample"));
        for skipped in commit.skipped.iter().take(listed) {
            text += &format!("      {}: {}\n", skipped.place, skipped.problem);
        }
        let rest = counts.skipped.saturating_sub(listed as u64);
        if rest > 0 && commit.skipped.len() > listed {
            text += &format!("      … {} more (--left-out lists them)\n", number(rest));
        } else if counts.skipped > commit.skipped.len() as u64 {
            text += &format!(
                "      … {} more, not listed\n",
                number(counts.skipped - commit.skipped.len() as u64)
            );
        }
    }
    text
}

fn names(names: &[BranchName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn to_json(snapshot: &Snapshot, tags: &BTreeMap<CommitId, Vec<BranchName>>) -> Value {
    let (at, commit) = (snapshot.at(), snapshot.commit());
    let parents: Vec<String> = commit.parents.iter().map(|p| p.id.to_string()).collect();
    json!({
        "commit": at.id.to_string(), "branch": at.branch, "version": at.version, "parents": parents,
        "tags": tags.get(&at.id).cloned().unwrap_or_default(),
        "author": commit.author, "time": commit.time, "message": commit.message,
        "operation": commit.operation, "counts": commit.counts, "left_out": commit.counts.skipped,
        "left_out_samples": commit.skipped,
        "append_key": commit.append_key.as_ref().map(|key| &key.key),
    })
}
