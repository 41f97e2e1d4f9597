//! An edit, checked and made complete: the new values of columns, and the rows to delete.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hub_schema::{Feature, Field, FieldId, RowId};
use serde_json::Value as Json;

use super::conflicts::RowConflict;
use super::error::EditError;
use super::request::{EditRequest, RowEdit};
use super::set::{SetError, get, set, wrong_shape};
use crate::error::{Error, Result};
use crate::ops::values::classes;
use crate::ops::values::{ColumnValues, ValueEdit};
use crate::read::{ColumnPath, Snapshot};
use crate::sample::parse::from_json;
use crate::sample::{Value, extract};

/// Rows whose values are read at a time.
const CHUNK_ROWS: usize = 1000;

/// An edit that is ready to be committed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prepared {
    /// What changes. Values that are what they were are left out.
    pub edit: ValueEdit,
    /// Values that are what they were.
    pub unchanged: u64,
    /// Values that are not what the sender saw, and rows that the base doesn't hold.
    pub conflicts: Vec<RowConflict>,
}

/// The changes of one column, by row: each the path, what the sender saw, and the new part.
type OfColumn<'a> = BTreeMap<RowId, Vec<(&'a str, Option<&'a Json>, Option<&'a Json>)>>;

/// Checks an edit of the revision `base`, and completes it.
///
/// # Errors
/// [`EditError`]; there is no such column; the base can't be read.
pub async fn prepare(base: &Snapshot, request: &EditRequest) -> Result<Prepared> {
    let mut fields: HashMap<String, Field> = HashMap::new();
    let mut prepared = Prepared::default();
    for (path, new) in &request.new_classes {
        let field = ColumnPath::find(base.schema(), path)?.field;
        let below = path.get(field.name.len()..).unwrap_or_default();
        let field = fields.entry(field.name.clone()).or_insert(field);
        if !classes::append(&mut field.feature, below, new) {
            return Err(hub_schema::SchemaError::NoLabels { name: path.clone() }.into());
        }
    }
    let mut by_column: BTreeMap<&str, OfColumn<'_>> = BTreeMap::new();
    let mut removed: BTreeSet<RowId> = BTreeSet::new();
    for edit in &request.edits {
        match edit {
            RowEdit::Set { row, column, path, was, value } => {
                let of_row = by_column.entry(column).or_default().entry(*row).or_default();
                of_row.push((path.as_str(), was.as_ref(), value.as_ref()));
            }
            RowEdit::Remove { row } => drop(removed.insert(*row)),
        }
    }
    if let Some(row) = by_column.values().flat_map(BTreeMap::keys).find(|row| removed.contains(row)) {
        return Err(EditError::Both { row: *row }.into());
    }
    for (column, rows) in &by_column {
        let field = match fields.remove(*column) {
            Some(field) => field,
            None => base.schema().column(column)?.clone(),
        };
        check_settable(base, &field)?;
        set_column(base, &field, rows, &mut prepared).await?;
    }
    let index = base.index().await?;
    for row in removed {
        match index.of_row(row).and_then(|place| index.position(place)) {
            Some(_) => prepared.edit.deleted.push(row),
            None => prepared.conflicts.push(RowConflict::gone(row, None)),
        }
    }
    // Classes that no value needs are not appended.
    let used = used_classes(base, &prepared.edit, &request.new_classes)?;
    prepared.edit.new_classes = used;
    Ok(prepared)
}

async fn set_column(
    base: &Snapshot,
    field: &Field,
    rows: &OfColumn<'_>,
    prepared: &mut Prepared,
) -> Result<()> {
    let index = base.index().await?;
    let mut there: Vec<(RowId, u64)> = Vec::with_capacity(rows.len());
    for row in rows.keys() {
        match index.of_row(*row).and_then(|place| index.position(place)) {
            Some(position) => there.push((*row, position)),
            None => prepared.conflicts.push(RowConflict::gone(*row, Some(&field.name))),
        }
    }
    let mut values = Vec::with_capacity(there.len());
    for chunk in there.chunks(CHUNK_ROWS) {
        let positions: Vec<u64> = chunk.iter().map(|(_, position)| *position).collect();
        for ((row, _), old) in chunk.iter().zip(read(base, field, &positions).await?) {
            match new_value(field, *row, &old, &rows[row])? {
                None => prepared.conflicts.push(RowConflict::changed(*row, &field.name)),
                Some(new) if new == old => prepared.unchanged += 1,
                Some(new) => values.push((*row, new)),
            }
        }
    }
    if !values.is_empty() {
        prepared.edit.values.push(ColumnValues::new(&field.name, values));
    }
    Ok(())
}

/// The values of a column at some positions.
pub(super) async fn read(snapshot: &Snapshot, field: &Field, positions: &[u64]) -> Result<Vec<Value>> {
    let batch = snapshot.read_positions(positions, &[field]).await?;
    let open = |hash, size_bytes| snapshot.blob(hash, size_bytes);
    let values = extract::column(&field.name, &field.feature, batch.column(0), &open);
    values.map_err(|source| Error::Extract { path: snapshot.dataset().store().uri().to_owned(), source })
}

/// The value after the changes; `None` if it was not what the sender saw.
fn new_value(
    field: &Field,
    row: RowId,
    old: &Value,
    changes: &[(&str, Option<&Json>, Option<&Json>)],
) -> Result<Option<Value>, EditError> {
    let (feature, column) = (&field.feature, field.name.clone());
    let mut value = old.clone();
    for (path, was, new) in changes {
        if let Some(was) = was {
            let found = get(feature, &value, path);
            let is_same = match found {
                None => was.is_null(),
                Some((feature, value)) => from_json(feature, was).is_ok_and(|was| same(&was, value)),
            };
            if !is_same {
                return Ok(None);
            }
        }
        set(feature, &mut value, path, *new).map_err(|error| {
            let (column, path) = (column.clone(), (*path).to_owned());
            match error {
                SetError::Value(problem) => EditError::Value { row, column, path, problem },
                SetError::NoPath(problem) => EditError::NoPath { row, column, path, problem },
            }
        })?;
    }
    match wrong_shape(feature, &value) {
        Some(problem) => Err(EditError::Shape { row, column, problem }),
        None => Ok(Some(value)),
    }
}

/// Whether a value is what JSON said: JSON has neither NaN nor infinity, and a float32 is written as its shortest text.
fn same(said: &Value, found: &Value) -> bool {
    match (said, found) {
        (Value::Null, Value::Float(float)) => !float.is_finite(),
        (Value::Float(a), Value::Float(b)) => a == b || (*a as f32).to_bits() == (*b as f32).to_bits(),
        (Value::List(a), Value::List(b)) | (Value::Struct(a), Value::Struct(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Text(a), Value::Text(b)) if a != b => {
            // The same JSON document may be written in several ways.
            match (serde_json::from_str::<Json>(a), serde_json::from_str::<Json>(b)) {
                (Ok(a), Ok(b)) => a == b,
                _ => false,
            }
        }
        (a, b) => a == b,
    }
}

fn check_settable(base: &Snapshot, field: &Field) -> Result<(), EditError> {
    let column = field.name.clone();
    if let Some(of) = field.fact_of {
        let of = base.schema().by_id(of).map(|of| of.name.clone()).unwrap_or_default();
        return Err(EditError::Fact { column, of });
    }
    let has_bytes = field.feature.is_file()
        || field.feature.is_bulky()
        || matches!(field.feature, Feature::Tensor { .. } | Feature::Binary);
    if has_bytes {
        return Err(EditError::NotSettable { column, kind: field.feature.describe() });
    }
    Ok(())
}

/// The new classes of those columns that have a value of one.
fn used_classes(
    base: &Snapshot,
    edit: &ValueEdit,
    new: &[(String, Vec<String>)],
) -> Result<Vec<(String, Vec<String>)>> {
    let mut columns: HashSet<FieldId> = HashSet::new();
    for values in &edit.values {
        columns.insert(base.schema().column(&values.column)?.id);
    }
    let mut used = Vec::new();
    for (path, classes) in new {
        if columns.contains(&ColumnPath::find(base.schema(), path)?.field.id) {
            used.push((path.clone(), classes.clone()));
        }
    }
    Ok(used)
}
