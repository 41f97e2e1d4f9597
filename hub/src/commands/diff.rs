//! `hub diff`: shows the differences between two revisions.

use std::collections::HashMap;

use clap::Args;
use hub_dataset::ops::diff::{ColumnChange, Diff};
use hub_dataset::{Dataset, Snapshot};
use hub_schema::{CommitParent, Revision, RowId};
use serde_json::json;

use super::diff_stat;
use super::diff_values::Values;
use crate::args::{JsonArg, ReadArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{self, clip, number, pairs};

const EXAMPLES: &str = "\
Examples:
  hub diff pets                  changes of the last commit
  hub diff pets v1               from tag v1 to the head of main
  hub diff pets main dev         from branch main to branch dev
  hub diff pets 3 5 --rows       list the ids of the changed rows
  hub diff pets 3 5 --stat       show how many rows of each class there are in each split
  hub diff pets 3 5 --values     what became what, and the old and the new values of each row
  hub diff pets --values --column label";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct DiffArgs {
    #[command(flatten)]
    read: ReadArgs,
    /// Earlier revision [default: the parent of TO]
    #[arg(value_name = "FROM")]
    from: Option<Revision>,
    /// Later revision [default: the revision given with NAME, else main]
    #[arg(value_name = "TO")]
    to: Option<Revision>,
    /// List row ids: + added, - removed, ~ changed
    #[arg(long)]
    rows: bool,
    /// Show the rows of each class in each split before and after; with --rows, list the names of files, too
    #[arg(long)]
    stat: bool,
    /// Show what became what how often, and the old and new values of changed rows
    #[arg(long)]
    values: bool,
    /// With --values: only those of this column
    #[arg(long, value_name = "COLUMN", requires = "values")]
    column: Option<String>,
    /// With --values: maximum number of rows to show
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, requires = "values")]
    limit: usize,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: DiffArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.read.target.location).await?;
    let later = match &args.to {
        Some(revision) => dataset.snapshot(revision).await?,
        None => dataset.snapshot(&args.read.revision()?).await?,
    };
    let Some(earlier) = earlier(&dataset, args.from.as_ref(), &later).await? else {
        let at = later.at();
        context.report(&format!("{}:{} is the first commit; it has no parent\n", at.branch, at.version))?;
        return Ok(Exit::Done);
    };
    let diff = earlier.diff(&later).await?;
    let values = match args.values {
        true => Some(Values::read((&earlier, &later), &diff, args.column.as_deref(), args.limit).await?),
        false => None,
    };
    if args.json.json {
        let mut report = json!({ "from": output::json::commit(earlier.at()), "to": output::json::commit(later.at()), "diff": diff });
        if args.rows {
            let ids = |rows: &mut dyn Iterator<Item = hub_schema::RowId>| {
                rows.map(|row| row.to_string()).collect::<Vec<_>>()
            };
            let changed = diff.changed_rows();
            let changed = changed.map(|(row, columns)| json!({ "row": row.to_string(), "columns": columns }));
            report["row_ids"] = json!({
                "added": ids(&mut diff.added_rows()), "removed": ids(&mut diff.removed_rows()),
                "changed": changed.collect::<Vec<_>>(),
            });
        }
        if args.stat {
            let classes = diff_stat::classes(&earlier, &later).await?;
            let class = |((split, class), (before, after)): (&(String, String), &(u64, u64))| json!({ "split": split, "class": class, "before": before, "after": after });
            report["classes"] = classes.iter().map(class).collect();
        }
        if let Some(values) = &values {
            report["values"] = values.to_json()?;
        }
        context.print_json(&report)?;
        return Ok(Exit::Done);
    }
    let mut text = describe(&diff, earlier.at(), later.at());
    if args.stat {
        text += &diff_stat::table(&diff_stat::classes(&earlier, &later).await?);
    }
    if args.rows {
        let names = match args.stat {
            true => (diff_stat::names(&earlier).await?, diff_stat::names(&later).await?),
            false => Default::default(),
        };
        text += &rows(&diff, &names);
    }
    if let Some(values) = &values {
        text += &values.describe()?;
        if values.left_out > 0 {
            context.note(&format!("{} more rows; show more with -n", number(values.left_out)));
        }
    }
    context.print(&text)?;
    Ok(Exit::Done)
}

/// The earlier revision: `named`, else the parent of `later`. `None` if `later` is a first commit.
async fn earlier(
    dataset: &Dataset,
    named: Option<&Revision>,
    later: &Snapshot,
) -> anyhow::Result<Option<Snapshot>> {
    match (named, later.commit().parents.first()) {
        (Some(revision), _) => Ok(Some(dataset.snapshot(revision).await?)),
        (None, Some(parent)) => Ok(Some(dataset.at(parent).await?)),
        (None, None) => Ok(None),
    }
}

/// A diff as text.
pub fn describe(diff: &Diff, from: &CommitParent, to: &CommitParent) -> String {
    let mut text = format!("{}:{} → {}:{}\n", from.branch, from.version, to.branch, to.version);
    if diff.is_empty() {
        return text + "  no difference\n";
    }
    let mut facts = vec![
        ("rows added", number(diff.added)),
        ("rows removed", number(diff.removed)),
        ("rows changed", number(diff.changed)),
    ];
    facts.retain(|(_, n)| n != "0");
    text += &pairs(facts);
    for (column, rows) in &diff.changed_by_column {
        text += &format!("    {column}: {}\n", number(*rows));
    }
    for change in &diff.columns {
        text += &match change {
            ColumnChange::Added { column, feature } => format!("  + column {column}, {feature}\n"),
            ColumnChange::Dropped { column, feature } => format!("  − column {column}, {feature}\n"),
            ColumnChange::Renamed { from, to } => format!("  ~ column {from} is now {to}\n"),
            ColumnChange::Retyped { column, from, to } => {
                format!("  ~ column {column}, {from} is now {to}\n")
            }
        };
    }
    text
}

/// The changed rows, with the names of their files, as far as they are known, before and after.
fn rows(diff: &Diff, (before, after): &(HashMap<RowId, String>, HashMap<RowId, String>)) -> String {
    let mut text = String::new();
    let name = |names: &HashMap<RowId, String>, row: &RowId| {
        names.get(row).map(|name| format!(" {}", clip(name, 200))).unwrap_or_default()
    };
    diff.added_rows().for_each(|row| text += &format!("+ {row}{}\n", name(after, &row)));
    diff.removed_rows().for_each(|row| text += &format!("- {row}{}\n", name(before, &row)));
    diff.changed_rows()
        .for_each(|(row, columns)| text += &format!("~ {row} {}{}\n", columns.join(","), name(after, &row)));
    text
}
