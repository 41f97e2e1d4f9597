//! `hub diff`: shows the differences between two revisions.

use clap::Args;
use hub_dataset::ops::diff::{ColumnChange, Diff};
use hub_dataset::{Dataset, Snapshot};
use hub_schema::{CommitParent, Revision};
use serde_json::json;

use crate::args::{JsonArg, ReadArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{number, pairs};

const EXAMPLES: &str = "\
Examples:
  hub diff pets                  changes of the last commit
  hub diff pets v1               from tag v1 to the head of main
  hub diff pets main dev         from branch main to branch dev
  hub diff pets 3 5 --rows       list the ids of the changed rows";

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
    if args.json.json {
        let mut json = json!({ "from": earlier.at(), "to": later.at(), "diff": diff });
        if args.rows {
            let ids = |rows: &mut dyn Iterator<Item = hub_schema::RowId>| {
                rows.map(|row| row.to_string()).collect::<Vec<_>>()
            };
            let changed = diff.changed_rows();
            let changed = changed.map(|(row, columns)| json!({ "row": row.to_string(), "columns": columns }));
            json["rows"] = json!({
                "added": ids(&mut diff.added_rows()), "removed": ids(&mut diff.removed_rows()),
                "changed": changed.collect::<Vec<_>>(),
            });
        }
        context.print_json(&json)?;
        return Ok(Exit::Done);
    }
    let mut text = describe(&diff, earlier.at(), later.at());
    if args.rows {
        text += &rows(&diff);
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

fn rows(diff: &Diff) -> String {
    let mut text = String::new();
    diff.added_rows().for_each(|row| text += &format!("+ {row}\n"));
    diff.removed_rows().for_each(|row| text += &format!("- {row}\n"));
    diff.changed_rows().for_each(|(row, columns)| text += &format!("~ {row} {}\n", columns.join(",")));
    text
}
