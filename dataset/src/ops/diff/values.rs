//! What the changed values were, and what they are now.

use std::collections::BTreeMap;

use hub_schema::{Feature, Field, FieldId, RowId};

use super::difference::Diff;
use crate::error::{Error, Result};
use crate::read::{LabelColumn, Snapshot};
use crate::sample::parse::to_key;
use crate::sample::{Value, extract};

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 1000;
/// Kinds of changes of one column that are counted; of more, only the first that are met.
const MAX_GROUPS: usize = 1000;
/// Rows of each kind that are named.
const GROUP_ROWS: usize = 12;
/// Longer texts are not grouped.
const TEXT_BYTES: usize = 100;

/// A value that differs between two revisions.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedValue {
    /// The column, as the later revision has it.
    pub field: Field,
    /// Its type in the earlier revision: a label may have had fewer classes.
    pub old_feature: Feature,
    /// The earlier value.
    pub old: Value,
    /// The later value.
    pub new: Value,
}

/// A row with the values that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedValues {
    /// Id of the row, the same in both revisions.
    pub row: RowId,
    /// The values, by column.
    pub values: Vec<ChangedValue>,
}

/// Changes of the same kind: the same value became the same other one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeGroup {
    /// The column, or the way to a label in it (`objects.category`).
    pub column: String,
    /// The earlier value as text, a class by its name; `None` for null.
    pub old: Option<String>,
    /// The later value likewise.
    pub new: Option<String>,
    /// How many values changed so. A row may hold several.
    pub values: u64,
    /// Ids of the first twelve rows.
    pub rows: Vec<RowId>,
}

impl Snapshot {
    /// The values of some rows that differ between this revision and `later`, each with the later names of the columns.
    ///
    /// # Errors
    /// A file can't be read.
    pub async fn changed_values(
        &self,
        later: &Self,
        changed: &[(RowId, Vec<String>)],
    ) -> Result<Vec<ChangedValues>> {
        let mut by_column: BTreeMap<&str, Vec<RowId>> = BTreeMap::new();
        for (row, columns) in changed {
            columns.iter().for_each(|column| by_column.entry(column).or_default().push(*row));
        }
        let mut of_row: BTreeMap<RowId, Vec<ChangedValue>> = BTreeMap::new();
        for field in &later.schema().fields {
            let Some(rows) = by_column.get(field.name.as_str()) else { continue };
            let Some(old_field) = self.schema().by_id(field.id) else { continue };
            for rows in rows.chunks(CHUNK_ROWS) {
                let old = values_of(self, old_field, rows).await?;
                let new = values_of(later, field, rows).await?;
                for ((row, old), new) in rows.iter().zip(old).zip(new) {
                    let (field, old_feature) = (field.clone(), old_field.feature.clone());
                    of_row.entry(*row).or_default().push(ChangedValue { field, old_feature, old, new });
                }
            }
        }
        let rows = changed
            .iter()
            .filter_map(|(row, _)| Some(ChangedValues { row: *row, values: of_row.remove(row)? }));
        Ok(rows.collect())
    }

    /// The changes of labels, booleans, numbers and short texts, grouped by what became what, the most frequent first.
    ///
    /// # Errors
    /// A file can't be read.
    pub async fn change_groups(
        &self,
        later: &Self,
        diff: &Diff,
        only: Option<&str>,
    ) -> Result<Vec<ChangeGroup>> {
        let mut groups = Vec::new();
        for field in &later.schema().fields {
            let Some(old_field) = self.schema().by_id(field.id) else { continue };
            if only.is_some_and(|only| only != field.name)
                || !diff.changed_by_column.contains_key(&field.name)
            {
                continue;
            }
            let old_labels = labels(self, field.id);
            let new_labels = labels(later, field.id);
            if new_labels.is_empty() && !is_grouped(&field.feature) {
                continue;
            }
            let mut found: BTreeMap<(String, Option<String>, Option<String>), ChangeGroup> = BTreeMap::new();
            let rows: Vec<RowId> = diff.rows_changed_in(field.id).collect();
            for rows in rows.chunks(CHUNK_ROWS) {
                let old = values_of(self, old_field, rows).await?;
                let new = values_of(later, field, rows).await?;
                for ((row, old), new) in rows.iter().zip(&old).zip(&new) {
                    let changes = match new_labels.is_empty() {
                        true => vec![(
                            field.name.clone(),
                            vec![(key(&old_field.feature, old), key(&field.feature, new))],
                        )],
                        false => label_changes((old_field, old, &old_labels), (field, new, &new_labels)),
                    };
                    for (column, pairs) in changes {
                        for (old, new) in pairs.into_iter().filter(|(old, new)| old != new) {
                            count(&mut found, *row, (column.clone(), old, new));
                        }
                    }
                }
            }
            groups.extend(found.into_values());
        }
        groups.sort_by(|a, b| {
            b.values
                .cmp(&a.values)
                .then_with(|| (&a.column, &a.old, &a.new).cmp(&(&b.column, &b.old, &b.new)))
        });
        Ok(groups)
    }
}

fn count(
    found: &mut BTreeMap<(String, Option<String>, Option<String>), ChangeGroup>,
    row: RowId,
    key: (String, Option<String>, Option<String>),
) {
    if found.len() >= MAX_GROUPS && !found.contains_key(&key) {
        return;
    }
    let (column, old, new) = key.clone();
    let group =
        found.entry(key).or_insert_with(|| ChangeGroup { column, old, new, ..ChangeGroup::default() });
    group.values += 1;
    if group.rows.len() < GROUP_ROWS && group.rows.last() != Some(&row) {
        group.rows.push(row);
    }
}

fn labels(snapshot: &Snapshot, field: FieldId) -> Vec<LabelColumn> {
    LabelColumn::all(snapshot.schema()).into_iter().filter(|label| label.field == field).collect()
}

const fn is_grouped(feature: &Feature) -> bool {
    matches!(feature, Feature::Bool | Feature::Number { .. } | Feature::Text | Feature::Timestamp)
}

fn key(feature: &Feature, value: &Value) -> Option<String> {
    to_key(feature, value).map(|mut key| {
        if key.len() > TEXT_BYTES {
            key.truncate(key.floor_char_boundary(TEXT_BYTES));
            key.push('…');
        }
        key
    })
}

type Pairs = Vec<(String, Vec<(Option<String>, Option<String>)>)>;

/// For each label of a column, what its classes were and are. Lists of different lengths have no pairs: what was added
/// and what was removed can't be told.
fn label_changes(
    (old_field, old, old_labels): (&Field, &Value, &[LabelColumn]),
    (field, new, new_labels): (&Field, &Value, &[LabelColumn]),
) -> Pairs {
    let mut changes = Vec::new();
    for label in new_labels {
        // The column may have been renamed; its members are the same.
        let Some(before) = old_labels.iter().find(|before| before.path[1..] == label.path[1..]) else {
            continue;
        };
        let (was, is) = (classes(&old_field.feature, old, before), classes(&field.feature, new, label));
        if was.len() == is.len() {
            changes.push((label.name(), was.into_iter().zip(is).collect()));
        }
    }
    changes
}

/// The names of the classes of a label in one value.
fn classes(feature: &Feature, value: &Value, label: &LabelColumn) -> Vec<Option<String>> {
    let mut found = Vec::new();
    each_class(feature, value, &label.path[1..], &mut |class| {
        let name = class.and_then(|class| label.names.get(usize::try_from(class).ok()?));
        found.push(name.cloned());
    });
    found
}

fn each_class(feature: &Feature, value: &Value, path: &[String], found: &mut impl FnMut(Option<i64>)) {
    match (feature, value) {
        (Feature::ClassLabel { .. }, Value::Int(class)) => found(Some(*class)),
        (Feature::ClassLabel { .. }, _) => found(None),
        (Feature::List { item }, Value::List(values)) => {
            values.iter().for_each(|value| each_class(item, value, path, found));
        }
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let Some((name, rest)) = path.split_first() else { return };
            if let Some((field, value)) = fields.iter().zip(values).find(|(field, _)| field.name == *name) {
                each_class(&field.feature, value, rest, found);
            }
        }
        _ => {}
    }
}

async fn values_of(snapshot: &Snapshot, field: &Field, rows: &[RowId]) -> Result<Vec<Value>> {
    let index = snapshot.index().await?;
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        places.push(index.of_row(*row).ok_or(Error::NoRow(*row))?);
    }
    let batch = snapshot.read_places(&places, &[field]).await?;
    let open = |hash, size_bytes| snapshot.blob(hash, size_bytes);
    let values = extract::column(&field.name, &field.feature, batch.column(0), &open);
    values.map_err(|source| Error::Extract { path: snapshot.dataset().store().uri().to_owned(), source })
}
