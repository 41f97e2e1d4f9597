//! `hub rm`: removes rows, a column, or a whole data set.
//!
//! Rows and columns are removed by a commit and stay in the history. A whole data set has no history left, so its
//! removal must be confirmed.

mod dataset;

use clap::Args;
use hub_schema::RowId;

use super::report_commit;
use crate::args::{JsonArg, RowRef, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::counted;

const EXAMPLES: &str = "\
Examples:
  hub rm pets --rows 3,17              remove rows by position
  hub rm pets --rows 0a1b2c3d4e:17     remove a row by its id (`hub show` prints it)
  hub rm pets --column score           remove a column
  hub rm pets                          remove the whole data set, after a confirmation
  hub rm pets --yes                    remove the whole data set without confirmation

Rows and columns stay in the history, and `hub revert` restores them. Removing a whole data set
can't be undone, except on a server, where an owner of the namespace can restore it for a while.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rm {
    #[command(flatten)]
    write: WriteArgs,
    /// Remove only these rows, given by position or id
    #[arg(long, value_name = "ROW,…", value_delimiter = ',')]
    rows: Vec<RowRef>,
    /// Remove only this column, and its facts
    #[arg(long, value_name = "COLUMN", conflicts_with = "rows")]
    column: Option<String>,
    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Show what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Rm, context: &Context) -> anyhow::Result<Exit> {
    if let Some(column) = &args.column {
        drop_column(&args, column, context).await?;
    } else if args.rows.is_empty() {
        dataset::remove(&args, context).await?;
    } else {
        delete_rows(&args, context).await?;
    }
    Ok(Exit::Done)
}

async fn delete_rows(args: &Rm, context: &Context) -> anyhow::Result<()> {
    let branch = args.write.branch()?;
    let dataset = context.open(&args.write.target.location).await?;
    let snapshot = dataset.snapshot(&hub_schema::Revision::Named(branch.to_string())).await?;
    let index = snapshot.index().await?;
    let mut rows: Vec<RowId> = Vec::with_capacity(args.rows.len());
    for row in &args.rows {
        let place = row.find(&snapshot).await?;
        rows.push(index.fragments()[place.fragment].row_id(place.offset));
    }
    rows.sort_unstable();
    rows.dedup();
    if args.dry_run {
        let ids: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let what = counted(rows.len() as u64, "row");
        return context.report(&format!("dry run: {what} would be removed: {}\n", ids.join(", ")));
    }
    let committed = dataset.delete(&branch, &args.write.author(), &rows).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)
}

async fn drop_column(args: &Rm, column: &str, context: &Context) -> anyhow::Result<()> {
    let branch = args.write.branch()?;
    let dataset = context.open(&args.write.target.location).await?;
    if args.dry_run {
        let snapshot = dataset.snapshot(&hub_schema::Revision::Named(branch.to_string())).await?;
        let gone = snapshot.schema().clone().drop_column(column)?;
        let facts = counted(gone.len() as u64 - 1, "fact");
        return context.report(&format!("dry run: column '{column}' would be removed, with {facts}\n"));
    }
    let committed = dataset.drop_column(&branch, &args.write.author(), column).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)
}
