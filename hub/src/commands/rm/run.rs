//! Removes what the arguments name: rows and columns by a commit, a whole data set by [`dataset`].

use hub_dataset::{Committed, Place};
use hub_schema::{BranchName, RowId};
use serde_json::json;

use super::{Rm, dataset};
use crate::commands::report_commit;
use crate::commands::selection::positions;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::counted;

/// Row ids that a report lists.
const LISTED: usize = 20;

pub async fn run(args: Rm, context: &Context) -> anyhow::Result<Exit> {
    if let Some(column) = &args.column {
        drop_column(&args, column, context).await?;
    } else if args.rows.is_empty() && !args.condition.is_given() {
        dataset::remove(&args, context).await?;
    } else {
        delete_rows(&args, context).await?;
    }
    Ok(Exit::Done)
}

async fn delete_rows(args: &Rm, context: &Context) -> anyhow::Result<()> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let snapshot = dataset.snapshot(&hub_schema::Revision::Named(branch.to_string())).await?;
    let location = &args.write.target.location;
    let positions = positions(&args.rows, &args.condition, &snapshot, location, context).await?;
    let index = snapshot.index().await?;
    let place = |position: &u64| {
        let none = hub_dataset::Error::NoPosition { position: *position, rows: index.rows() };
        index.at(*position).ok_or(none)
    };
    let id = |place: Place| index.fragments()[place.fragment].row_id(place.offset);
    let rows: Vec<RowId> =
        positions.iter().map(|position| place(position).map(id)).collect::<Result<_, _>>()?;
    if args.dry_run {
        return report_dry_run(args, &branch, &rows, context);
    }
    let committed = match rows.is_empty() {
        true => Committed::Unchanged(Some(snapshot.clone())),
        false => dataset.delete(&branch, &args.write.author(), &rows).await?,
    };
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)
}

fn report_dry_run(args: &Rm, branch: &BranchName, rows: &[RowId], context: &Context) -> anyhow::Result<()> {
    let listed = if args.json.json { rows.len() } else { LISTED };
    let ids: Vec<String> = rows.iter().take(listed).map(ToString::to_string).collect();
    if args.json.json {
        return context.print_json(&json!({
            "name": args.write.target.location.to_string(), "branch": branch, "dry_run": true,
            "removed": rows.len(), "row_ids": ids,
        }));
    }
    let (what, more) = (counted(rows.len() as u64, "row"), if rows.len() > LISTED { ", …" } else { "" });
    let list = if ids.is_empty() { String::new() } else { format!(": {}{more}", ids.join(", ")) };
    context.report(&format!("dry run: {what} would be removed{list}\n"))
}

async fn drop_column(args: &Rm, column: &str, context: &Context) -> anyhow::Result<()> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    if args.dry_run {
        let snapshot = dataset.snapshot(&hub_schema::Revision::Named(branch.to_string())).await?;
        let gone = snapshot.schema().clone().drop_column(column)?;
        if args.json.json {
            let fields = snapshot.schema().fields.iter().filter(|field| gone.contains(&field.id));
            let columns: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
            return context.print_json(&json!({
                "name": args.write.target.location.to_string(), "branch": branch, "dry_run": true,
                "columns": columns,
            }));
        }
        let facts = counted(gone.len() as u64 - 1, "fact");
        return context.report(&format!("dry run: column '{column}' would be removed, with {facts}\n"));
    }
    let committed = dataset.drop_column(&branch, &args.write.author(), column).await?;
    report_commit::report(&committed, &args.write.target, &branch, &args.json, context)
}
