//! Removes what the arguments name: rows and columns by a commit, a whole data set by [`dataset`].

use hub_schema::RowId;

use super::{Rm, dataset};
use crate::commands::report_commit;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::counted;

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
