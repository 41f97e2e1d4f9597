//! What changed in values: between two revisions, and in one row over its commits.

use hub_dataset::Snapshot;
use hub_dataset::ops::diff::{ChangedValue, Diff};
use hub_dataset::ops::row_log::{RowAction, RowLog};
use hub_schema::RowId;
use hub_schema::api::{
    ChangeGroupView, ChangedValueView, ChangedValuesView, DiffValues, RowActionView, RowChangeView,
    RowLogView,
};
use serde_json::json;

use super::commit_view::commit_view;
use super::rows::cell_url;
use super::values::{Length, on_page};
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};

/// A page of the changed rows of a diff, with their values.
pub async fn diff_values(
    set: &OpenDataset,
    (from, to): (&Snapshot, &Snapshot),
    diff: &Diff,
    column: Option<&str>,
    (skip, limit): (usize, usize),
) -> Result<DiffValues> {
    let groups = match skip {
        0 => from.change_groups(to, diff, column).await?,
        _ => Vec::new(),
    };
    let mut changed = Vec::with_capacity(limit.min(1000));
    let mut next = None;
    let in_column = |columns: &[&str]| column.is_none_or(|column| columns.contains(&column));
    let rows = diff.changed_rows().filter(|(_, columns)| in_column(columns));
    for (i, (row, columns)) in rows.skip(skip).enumerate() {
        if i == limit {
            next = Some((skip + limit).to_string());
            break;
        }
        let columns = columns.into_iter().filter(|name| column.is_none_or(|column| column == *name));
        // Bytes are not read: their cells have addresses in both revisions.
        let columns = columns.map(str::to_owned).collect();
        changed.push((row, columns));
    }
    let mut rows = Vec::with_capacity(changed.len());
    for (row, values) in values_of(set, (from, to), &changed).await? {
        rows.push(ChangedValuesView { row_id: row.to_string(), values });
    }
    let groups = groups.into_iter().map(|group| ChangeGroupView {
        column: group.column,
        old: group.old,
        new: group.new,
        values: group.values,
        rows: group.rows.iter().map(ToString::to_string).collect(),
    });
    Ok(DiffValues { groups: groups.collect(), rows, next })
}

/// The values of some rows in two revisions; what is stored as bytes is given as addresses.
async fn values_of(
    set: &OpenDataset,
    (from, to): (&Snapshot, &Snapshot),
    changed: &[(RowId, Vec<String>)],
) -> Result<Vec<(RowId, Vec<ChangedValueView>)>> {
    let has_bytes = |name: &str| {
        to.schema().find(name).is_some_and(|field| field.feature.is_file() || field.feature.is_bulky())
    };
    let plain: Vec<(RowId, Vec<String>)> = changed
        .iter()
        .map(|(row, columns)| (*row, columns.iter().filter(|name| !has_bytes(name)).cloned().collect()))
        .collect();
    let mut read = from.changed_values(to, &plain).await?.into_iter().peekable();
    let mut all = Vec::with_capacity(changed.len());
    for (row, columns) in changed {
        let values =
            read.next_if(|values| values.row == *row).map(|values| values.values).unwrap_or_default();
        let mut views =
            values.iter().map(|value| view(set, (from, to), *row, value)).collect::<Result<Vec<_>>>()?;
        for name in columns.iter().filter(|name| has_bytes(name)) {
            let id = to.schema().find(name).map(|field| field.id);
            let old_name =
                id.and_then(|id| from.schema().by_id(id)).map_or(name.as_str(), |field| &field.name);
            let url =
                |snapshot, name| json!({ "url": cell_url(&set.info.name, snapshot, &row.to_string(), name) });
            views.push(ChangedValueView {
                column: name.clone(),
                old: url(from, old_name),
                new: url(to, name),
            });
        }
        all.push((*row, views));
    }
    Ok(all)
}

fn view(
    set: &OpenDataset,
    (from, to): (&Snapshot, &Snapshot),
    row: RowId,
    value: &ChangedValue,
) -> Result<ChangedValueView> {
    let name = &value.field.name;
    let old_name = from.schema().by_id(value.field.id).map_or(name.as_str(), |field| &field.name);
    let row = row.to_string();
    let old_url = cell_url(&set.info.name, from, &row, old_name);
    let new_url = cell_url(&set.info.name, to, &row, name);
    Ok(ChangedValueView {
        column: name.clone(),
        old: on_page(&value.old_feature, &value.old, &old_url, Length::Whole)?,
        new: on_page(&value.field.feature, &value.new, &new_url, Length::Whole)?,
    })
}

/// The commits that touched a row.
pub async fn row_log(set: &OpenDataset, snapshot: &Snapshot, row: RowId, limit: usize) -> Result<RowLogView> {
    let RowLog { changes, next } = snapshot.row_log(row, limit).await?;
    if changes.is_empty() && next.is_none() {
        return Err(Problem::not_found(format!("row '{row}' in this revision or before it")));
    }
    let mut views = Vec::with_capacity(changes.len());
    for change in changes {
        let (action, values) = match (&change.action, &change.before) {
            (RowAction::Changed(columns), Some(before)) => {
                let changed = [(row, columns.clone())];
                let mut values = values_of(set, (before, &change.after), &changed).await?;
                (RowActionView::Changed, values.pop().map(|(_, values)| values).unwrap_or_default())
            }
            (RowAction::Changed(_), None) => (RowActionView::Changed, Vec::new()),
            (RowAction::Added, _) => (RowActionView::Added, Vec::new()),
            (RowAction::Removed, _) => (RowActionView::Removed, Vec::new()),
        };
        views.push(RowChangeView { commit: commit_view((&change.after).into()), action, values });
    }
    let next = next.map(|next| format!("{}:{}", next.at().branch, next.at().version));
    Ok(RowLogView { at: snapshot.at().into(), row_id: row.to_string(), changes: views, next })
}
