//! Finds the label column whose rows are counted.

use hub_catalog::Role;
use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::DatasetName;

use crate::auth::{Address, Caller, OpenDataset, find};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// Opens a revision of a data set if the caller may read it.
pub async fn open(
    state: &AppState,
    caller: Caller,
    address: Address,
    name: &str,
    rev: Option<&str>,
) -> Result<(OpenDataset, Snapshot)> {
    let name: DatasetName = name.parse()?;
    let set = find(state, caller, address, &name, Role::Reader).await?;
    let snapshot = set.snapshot(rev).await?;
    Ok((set, snapshot))
}

/// The label column of that name; without a name, the only one.
pub fn label_column(snapshot: &Snapshot, name: Option<&str>) -> Result<LabelColumn> {
    let columns = LabelColumn::all(snapshot.schema());
    let names: Vec<_> = columns.iter().map(LabelColumn::name).collect();
    let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let found = match name {
        Some(name) => columns.into_iter().find(|column| column.name() == name),
        None if columns.len() == 1 => columns.into_iter().next(),
        None => None,
    };
    found.ok_or_else(|| {
        Problem::invalid(format!("column: expected one of the label columns of this revision: {there}"))
    })
}

/// The problem of a column that the label index doesn't have.
pub fn no_column() -> Problem {
    Problem::not_found("label column of that name in this revision")
}
