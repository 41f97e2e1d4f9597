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

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use hub_schema::arrow_types::{FEATURE_KEY, Form, arrow_field, data_type};
use hub_schema::{DType, Feature, Field, StructField};

use super::class_names::ClassNames;
use super::{DATASET, NamedSnapshot, POSITION, ROW_ID, ROW_POSITION, SPLIT, Tables};
use crate::labels::classes::{Classes, NUMBERS_KEY, NUMBERS_OF_KEY};

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
    /// How its class labels are shown.
    pub labels: Labels,
}

/// How a column shows class labels. One that has some is in the table twice.
#[derive(Clone, Debug)]
pub enum Labels {
    /// It has none.
    None,
    /// By the names of their classes: the column that queries name.
    Names {
        /// The index of the same column with class numbers, which is what is stored.
        numbers: usize,
        /// The names of the classes.
        names: Arc<ClassNames>,
    },
    /// By the numbers of their classes. Queries can't name the column: the functions of labels are computed from it.
    Numbers {
        /// The name of the same column with class names.
        column: String,
    },
}

/// All columns of the table.
#[derive(Clone, Debug)]
pub struct Columns {
    /// In the order of `SELECT *`; behind them those that queries can't name.
    pub columns: Vec<Column>,
    /// The same as an Arrow schema.
    pub schema: SchemaRef,
    /// How many of the columns queries can name.
    visible: usize,
}

impl Columns {
    /// The columns of these data sets, and the system columns that the query names. `position` is the name of
    /// another column with the rows' positions: [`Self::position_name`] gives one that no data set has.
    pub fn of(tables: &Tables, system: &HashSet<&'static str>, position: Option<&str>) -> Self {
        let members = tables.members.len();
        let mut columns: Vec<Column> = Vec::new();
        if tables.several {
            columns.push(Column::computed(DATASET, Origin::Dataset, members));
        }
        for (i, member) in tables.members.iter().enumerate() {
            join(&mut columns, i, members, member);
        }
        for (name, origin) in [(ROW_ID, Origin::RowId), (POSITION, Origin::Position), (SPLIT, Origin::Split)]
        {
            if system.contains(name) && !columns.iter().any(|c| c.name == name) {
                columns.push(Column::computed(name, origin, members));
            }
        }
        if let Some(position) = position {
            columns.push(Column::computed(position, Origin::Position, members));
        }
        let visible = columns.len();
        for i in 0..visible {
            let Some(names) = columns[i].feature.as_ref().and_then(ClassNames::of) else { continue };
            let mut numbers = columns[i].clone();
            numbers.labels = Labels::Numbers { column: columns[i].name.clone() };
            numbers.name = unused(format!("{} (class numbers)", columns[i].name), &columns);
            columns[i].labels = Labels::Names { numbers: columns.len(), names: Arc::new(names) };
            columns.push(numbers);
        }
        let fields: Vec<ArrowField> = columns.iter().map(Column::arrow).collect();
        Self { columns, schema: Arc::new(ArrowSchema::new(fields)), visible }
    }

    /// The columns that queries can name.
    pub fn visible(&self) -> &[Column] {
        &self.columns[..self.visible]
    }

    /// The schema of the columns that queries can name.
    pub fn visible_schema(&self) -> SchemaRef {
        Arc::new(ArrowSchema::new(
            self.schema.fields().iter().take(self.visible).cloned().collect::<Vec<_>>(),
        ))
    }

    /// A name for a column of positions that no column of the data sets has.
    pub fn position_name(tables: &Tables) -> String {
        let columns = Self::of(tables, &HashSet::new(), None);
        unused(ROW_POSITION.to_owned(), columns.visible())
    }

    /// The name under which queries know a column.
    pub fn shown_name<'a>(&'a self, name: &'a str) -> &'a str {
        match self.columns.iter().find(|c| c.name == name).map(|c| &c.labels) {
            Some(Labels::Numbers { column }) => column,
            _ => name,
        }
    }

    /// The index of the column that is read for a column: of one with class names, the same with class numbers.
    pub fn read_for(&self, column: usize) -> usize {
        match self.columns[column].labels {
            Labels::Names { numbers, .. } => numbers,
            _ => column,
        }
    }
}

/// A name that no column has: the given one, or one with a prime or more behind it.
fn unused(mut name: String, columns: &[Column]) -> String {
    while columns.iter().any(|c| c.name.eq_ignore_ascii_case(&name)) {
        name.push('\'');
    }
    name
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
                columns.push(Column { name: field.name.clone(), feature, origins, labels: Labels::None });
            }
        }
    }
}

impl Column {
    /// A column that no data set stores.
    fn computed(name: &str, origin: Origin, members: usize) -> Self {
        Self { name: name.to_owned(), feature: None, origins: vec![origin; members], labels: Labels::None }
    }

    /// The column as Arrow has it.
    fn arrow(&self) -> ArrowField {
        let stored = self.stored();
        match &self.labels {
            Labels::None => stored,
            Labels::Names { names, .. } => {
                let shown = names.data_type(stored.data_type());
                stored.with_data_type(shown)
            }
            // Not under the key of features: a number that is selected is a number, not a class.
            Labels::Numbers { column } => {
                let feature = stored.metadata().get(FEATURE_KEY).cloned().unwrap_or_default();
                let keys = [(NUMBERS_KEY.to_owned(), feature), (NUMBERS_OF_KEY.to_owned(), column.clone())];
                stored.with_name(&self.name).with_metadata(HashMap::from(keys))
            }
        }
    }

    /// The column as it is stored.
    fn stored(&self) -> ArrowField {
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
