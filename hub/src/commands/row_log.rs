//! `hub log --row`: the commits that touched one row.

use chrono::Utc;
use hub_dataset::Snapshot;
use hub_dataset::ops::diff::ChangedValue;
use hub_dataset::ops::row_log::{RowAction, RowChange};
use hub_schema::RowId;
use serde_json::{Value, json};

use super::diff_values::{is_shown, one_line, value_json};
use crate::args::{RowRef, find_rows};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::age;

pub async fn run(
    snapshot: &Snapshot,
    row: RowRef,
    limit: usize,
    as_json: bool,
    context: &Context,
) -> anyhow::Result<Exit> {
    let row = match row {
        // It may be removed already.
        RowRef::Id(id) => id,
        _ => {
            let found = find_rows(std::slice::from_ref(&row), snapshot).await?;
            let [(_, place)] = found.as_slice() else {
                let message = format!("--row names {} rows, expected one", found.len());
                return Err(Failure::usage(message)
                    .hint("give a position, an id or the name of a file")
                    .into());
            };
            snapshot.index().await?.fragments()[place.fragment].row_id(place.offset)
        }
    };
    let mut changes = Vec::new();
    let mut from = Some(snapshot.clone()).filter(|_| limit > 0);
    while let Some(begin) = from.take() {
        let part = begin.row_log(row, limit - changes.len()).await?;
        changes.extend(part.changes);
        from = part.next.filter(|_| changes.len() < limit);
    }
    if changes.is_empty() && limit > 0 {
        let message = format!("row {row} is in no revision up to this one");
        return Err(Failure::not_found(message).hint("name a later revision with --rev").into());
    }
    let (mut texts, mut jsons) = (Vec::new(), Vec::new());
    for change in &changes {
        let values = values(change, row).await?;
        if as_json {
            jsons.push(to_json(change, &values)?);
        } else {
            texts.push(describe(change, &values)?);
        }
    }
    match as_json {
        true => context.print_json(&jsons)?,
        false => context.print(&texts.join("\n"))?,
    }
    Ok(Exit::Done)
}

/// The values that a commit replaced in the row; media and tensors are left out.
async fn values(change: &RowChange, row: RowId) -> anyhow::Result<Vec<ChangedValue>> {
    let (RowAction::Changed(columns), Some(before)) = (&change.action, &change.before) else {
        return Ok(Vec::new());
    };
    let shown = columns.iter().filter(|name| is_shown(&change.after, name)).cloned().collect();
    let mut rows = before.changed_values(&change.after, &[(row, shown)]).await?;
    Ok(rows.pop().map(|row| row.values).unwrap_or_default())
}

fn describe(change: &RowChange, values: &[ChangedValue]) -> anyhow::Result<String> {
    let (at, commit) = (change.after.at(), change.after.commit());
    let when = age(commit.time, Utc::now());
    let mut text = format!("{}:{}  {}  {when}  {}\n", at.branch, at.version, at.id.short(), commit.author);
    text += &format!("    {}\n", commit.message.replace('\n', "\n    "));
    match &change.action {
        RowAction::Added => text += "    added\n",
        RowAction::Removed => text += "    removed\n",
        RowAction::Changed(columns) => {
            for value in values {
                text += &format!("    {}\n", one_line(value)?);
            }
            let bytes = columns.iter().filter(|name| values.iter().all(|value| value.field.name != **name));
            bytes.for_each(|name| text += &format!("    {name}: replaced\n"));
        }
    }
    Ok(text)
}

fn to_json(change: &RowChange, values: &[ChangedValue]) -> anyhow::Result<Value> {
    let (at, commit) = (change.after.at(), change.after.commit());
    let (action, columns) = match &change.action {
        RowAction::Added => ("added", Vec::new()),
        RowAction::Removed => ("removed", Vec::new()),
        RowAction::Changed(columns) => ("changed", columns.clone()),
    };
    let values = values.iter().map(value_json).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(json!({
        "commit": at.id.to_string(), "branch": at.branch, "version": at.version, "author": commit.author,
        "time": commit.time, "message": commit.message, "action": action, "columns": columns, "values": values,
    }))
}
