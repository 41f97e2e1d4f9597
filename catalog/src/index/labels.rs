//! Maps a label column's arrays to the concepts of each row.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use hub_dataset::{LabelColumn, Snapshot, cpu_pool};
use hub_schema::{Feature, Field, Fragment};

use super::concept_key::{Classes, ConceptKey};
use crate::error::{Error, Result};

/// A label column, ready to be read.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    pub field: Field,
    pub path: Vec<String>,
    pub classes: Classes,
}

/// The concepts of rows that follow each other: each row's in order, without repeats, at least one.
#[derive(Debug, Default)]
pub(crate) struct RowConcepts {
    ends: Vec<u32>,
    concepts: Vec<ConceptKey>,
}

impl RowConcepts {
    /// The concepts of a row.
    pub fn row(&self, row: usize) -> &[ConceptKey] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.concepts[start as usize..self.ends[row] as usize]
    }

    fn push(&mut self, concepts: &mut Vec<ConceptKey>) {
        concepts.sort_unstable();
        concepts.dedup();
        if concepts.is_empty() {
            concepts.push(ConceptKey::UNLABELLED);
        }
        self.concepts.append(concepts);
        self.ends.push(self.concepts.len() as u32);
    }
}

impl Labels {
    /// The label column of a revision; none if the revision has no such.
    pub fn of(snapshot: &Snapshot, column: &LabelColumn) -> Option<Self> {
        let field = snapshot.schema().by_id(column.field)?.clone();
        Some(Self { field, path: column.path.clone(), classes: Classes::of(column) })
    }

    /// The concepts of all rows of a fragment, those of deleted ones too, by offset.
    pub async fn read(self, snapshot: &Snapshot, fragment: &Fragment) -> Result<RowConcepts> {
        let reader = snapshot.open(fragment, &[&self.field]).await?;
        let (mut labels, mut rows) = (self, RowConcepts::default());
        for row_group in 0..fragment.row_groups.len() {
            let reader = reader.clone();
            let decode = async move {
                let batch = reader.read_row_group(row_group).await?;
                labels.append(batch.column(0), &mut rows);
                Ok::<_, Error>((labels, rows))
            };
            (labels, rows) = cpu_pool::run(decode).await.map_err(|e| unread(&e))??;
        }
        if rows.ends.len() == fragment.rows as usize {
            return Ok(rows);
        }
        let problem = format!("{} rows were read, {} were expected", rows.ends.len(), fragment.rows);
        Err(Error::Invalid { what: "fragment of the data set", problem })
    }

    fn append(&self, column: &ArrayRef, rows: &mut RowConcepts) {
        if let (Feature::ClassLabel { .. }, Some(numbers)) =
            (&self.field.feature, column.as_primitive_opt::<Int64Type>())
        {
            let concept = |n: Option<i64>| n.map_or(ConceptKey::UNLABELLED, |n| self.classes.concept(n));
            let first = rows.concepts.len() as u32;
            rows.concepts.extend(numbers.iter().map(concept));
            rows.ends.extend((1..=numbers.len() as u32).map(|end| first + end));
            return;
        }
        let whole: Vec<(u32, u32)> = (0..column.len() as u32).map(|i| (i, i)).collect();
        let mut found = Vec::new();
        let members = self.path.get(1..).unwrap_or_default();
        descend(column, &self.field.feature, members, &whole, &mut found);
        let mut found = found.into_iter().peekable();
        let mut concepts = Vec::new();
        for row in 0..column.len() as u32 {
            while let Some((_, class)) = found.next_if(|(owner, _)| *owner == row) {
                concepts.push(self.classes.concept(class));
            }
            rows.push(&mut concepts);
        }
    }
}

/// A task that reads labels panicked.
pub(crate) fn unread(error: &tokio::task::JoinError) -> Error {
    Error::Invalid { what: "fragment of the data set", problem: format!("it could not be read: {error}") }
}

/// Finds the classes below some items of an array (pairs of a row and the place of the item), in order.
fn descend(
    array: &ArrayRef,
    feature: &Feature,
    members: &[String],
    items: &[(u32, u32)],
    found: &mut Vec<(u32, i64)>,
) {
    let valid = items.iter().filter(|(_, at)| array.is_valid(*at as usize));
    match feature {
        Feature::ClassLabel { .. } => {
            let Some(numbers) = array.as_primitive_opt::<Int64Type>() else { return };
            found.extend(valid.map(|(row, at)| (*row, numbers.value(*at as usize))));
        }
        Feature::List { item } => {
            let Some(lists) = array.as_list_opt::<i32>() else { return };
            let ends = lists.value_offsets();
            let inside: Vec<(u32, u32)> = valid
                .flat_map(|(row, at)| {
                    let range = ends[*at as usize] as u32..ends[*at as usize + 1] as u32;
                    range.map(move |at| (*row, at))
                })
                .collect();
            descend(lists.values(), item, members, &inside, found);
        }
        Feature::Struct { fields } => {
            let Some((name, deeper)) = members.split_first() else { return };
            let place = fields.iter().position(|f| f.name == *name);
            let Some(place) = place else { return };
            let Some(column) = array.as_struct_opt().and_then(|s| s.columns().get(place)) else { return };
            let inside: Vec<(u32, u32)> = valid.copied().collect();
            descend(column, &fields[place].feature, deeper, &inside, found);
        }
        _ => {}
    }
}
