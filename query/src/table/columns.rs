//! The columns of the table, and where each data set has them.
//!
//! The table of one data set has that data set's columns. Those of several are united by name:
//!
//! | the data sets have | the table has |
//! |---|---|
//! | the same type | that |
//! | class labels of different classes | one label over all their classes, distinguished by name and synset; numbers are translated as they are read |
//! | numbers of different types | 64-bit integers, or floats where one is a float |
//! | a class label, and numbers or texts | the label; null for the others, whose values are not classes |
//! | numbers, texts, booleans, timestamps, mixed | text |
//! | structs of different members (boxes of COCO and of VOC) | all members, each united as a column is; null where one lacks it |
//! | anything else that differs | the type of the first; null for the others |
//! | only some have it | null for the others |

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use hub_schema::arrow_types::{FEATURE_KEY, Form, arrow_field, data_type};
use hub_schema::{DType, Feature, Field, StructField};

use super::{DATASET, NamedSnapshot, POSITION, ROW_ID, SPLIT, Tables};
use crate::labels::classes::Classes;

/// Where a data set has a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// In a stored column, to be converted where its feature differs from the table's.
    Column(Box<Field>),
    /// The data set lacks it: null.
    Missing,
    /// The name of the data set: the column `dataset`.
    Dataset,
    /// The id of the row: the column `_row_id`.
    RowId,
    /// The position of the row in the revision: the column `_position`.
    Position,
    /// The split of the row's fragment: the column `_split`.
    Split,
}

/// A column of the table.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name that queries use: `label`, `image.width`.
    pub name: String,
    /// What it holds; `None` for system columns (`_row_id`, `_position`, `_split`) and `dataset`.
    pub feature: Option<Feature>,
    /// Where each data set has it, in the order of the table's data sets.
    pub origins: Vec<Origin>,
}

/// All columns of the table.
#[derive(Clone, Debug)]
pub struct Columns {
    /// In the order of `SELECT *`.
    pub columns: Vec<Column>,
    /// The same as an Arrow schema.
    pub schema: SchemaRef,
}

impl Columns {
    /// The columns of these data sets, and the system columns that the query names.
    pub fn of(tables: &Tables, system: &HashSet<&'static str>) -> Self {
        let members = tables.members.len();
        let mut columns: Vec<Column> = Vec::new();
        if tables.several {
            columns.push(Column {
                name: DATASET.to_owned(),
                feature: None,
                origins: vec![Origin::Dataset; members],
            });
        }
        for (i, member) in tables.members.iter().enumerate() {
            join(&mut columns, i, members, member);
        }
        for (name, origin) in [(ROW_ID, Origin::RowId), (POSITION, Origin::Position), (SPLIT, Origin::Split)]
        {
            if system.contains(name) && !columns.iter().any(|c| c.name == name) {
                columns.push(Column { name: name.to_owned(), feature: None, origins: vec![origin; members] });
            }
        }
        let fields: Vec<ArrowField> = columns.iter().map(Column::arrow).collect();
        Self { columns, schema: Arc::new(ArrowSchema::new(fields)) }
    }
}

/// Joins the columns of the `i`th of `members` data sets to those before.
fn join(columns: &mut Vec<Column>, i: usize, members: usize, member: &NamedSnapshot) {
    for field in &member.snapshot.schema().fields {
        let origin = Origin::Column(Box::new(field.clone()));
        match columns.iter_mut().find(|c| c.name == field.name) {
            Some(Column { feature: Some(feature), origins, .. }) => match unite(feature, &field.feature) {
                Some(united) => {
                    *feature = united;
                    origins[i] = origin;
                }
                None => origins[i] = Origin::Missing,
            },
            // A stored column called `dataset` is hidden by the data set's name.
            Some(_) => {}
            None => {
                let mut origins = vec![Origin::Missing; members];
                origins[i] = origin;
                let feature = Some(field.feature.clone());
                columns.push(Column { name: field.name.clone(), feature, origins });
            }
        }
    }
}

impl Column {
    /// The column as Arrow has it.
    fn arrow(&self) -> ArrowField {
        if let [Origin::Column(field)] = self.origins.as_slice() {
            return arrow_field(field, Form::Read);
        }
        let of = match (&self.feature, self.origins.first()) {
            (Some(feature), _) => data_type(feature, Form::Read),
            (None, Some(Origin::Position)) => DataType::UInt64,
            _ => DataType::Utf8,
        };
        let field = ArrowField::new(&self.name, of, true);
        match self.feature.as_ref().and_then(|f| serde_json::to_string(f).ok()) {
            Some(json) => field.with_metadata([(FEATURE_KEY.to_owned(), json)].into()),
            None => field,
        }
    }
}

/// The feature that holds values of both; `None` where there is none.
fn unite(a: &Feature, b: &Feature) -> Option<Feature> {
    match (a, b) {
        (a, b) if a == b => Some(a.clone()),
        (Feature::ClassLabel { .. }, Feature::ClassLabel { .. }) => Some(unite_labels(a, b)),
        (label @ Feature::ClassLabel { .. }, other) | (other, label @ Feature::ClassLabel { .. })
            if is_scalar(other) =>
        {
            Some(label.clone())
        }
        (Feature::List { item: a }, Feature::List { item: b }) => unite(a, b).map(Feature::list),
        (Feature::Struct { fields: a }, Feature::Struct { fields: b }) => Some(unite_members(a, b)),
        (Feature::Number { dtype: a }, Feature::Number { dtype: b }) => {
            let is_float = |d: &DType| matches!(d, DType::F32 | DType::F64);
            let dtype = if is_float(a) || is_float(b) { DType::F64 } else { DType::I64 };
            Some(Feature::Number { dtype })
        }
        (a, b) if is_scalar(a) && is_scalar(b) => Some(Feature::Text),
        _ => None,
    }
}

fn is_scalar(feature: &Feature) -> bool {
    matches!(
        feature,
        Feature::Text
            | Feature::Json
            | Feature::Number { .. }
            | Feature::Bool
            | Feature::Timestamp
            | Feature::ClassLabel { .. }
    )
}

/// The members of both; a member whose types can't be united has the type of the first.
fn unite_members(a: &[StructField], b: &[StructField]) -> Feature {
    let of_b = |name: &str| b.iter().find(|m| m.name == name);
    let united = |m: &StructField| {
        let other = of_b(&m.name).and_then(|other| unite(&m.feature, &other.feature));
        (m.name.clone(), other.unwrap_or_else(|| m.feature.clone()))
    };
    let new = b.iter().filter(|m| a.iter().all(|known| known.name != m.name));
    let new = new.map(|m| (m.name.clone(), m.feature.clone()));
    Feature::structure(a.iter().map(united).chain(new))
}

/// Can values of a feature be converted to that of a united column? If not, they become null.
pub fn fits(from: &Feature, to: &Feature) -> bool {
    match (from, to) {
        (Feature::ClassLabel { .. }, Feature::ClassLabel { .. }) => true,
        (_, Feature::ClassLabel { .. }) => false,
        (from, to) => unite(from, to).as_ref() == Some(to) || unite(to, from).as_ref() == Some(to),
    }
}

/// A class is identified by its name and synset: a `mouse` that is a device differs from a `mouse` that is an animal.
fn unite_labels(a: &Feature, b: &Feature) -> Feature {
    let (Some(a), Some(b)) = (Classes::of_feature(a), Classes::of_feature(b)) else { return a.clone() };
    let mut known = HashSet::new();
    let all = a.pairs().map(|class| (class, true)).chain(b.pairs().map(|class| (class, false)));
    // The numbers of the first stay; of the second, what the first lacks follows.
    let all = all.filter(|(class, is_first)| known.insert(*class) || *is_first);
    let all = all.map(|((name, synset), _)| (name.to_owned(), synset.map(str::to_owned)));
    let (names, synsets) = all.unzip();
    Feature::ClassLabel { names, synsets }
}
