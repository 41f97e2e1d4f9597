//! The values of a column: of the type that its cells have, or of one that is known.

use hub_dataset::sample::Value;
use hub_dataset::sample::parse::{self, ParseError};
use hub_schema::Feature;

use super::table::{Cells, TableColumn};
use crate::read::table::{bool_of, float_of};

/// A cell that is no value of the wanted type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCell {
    /// The row, by its place in the table.
    pub row: usize,
    /// What was found and expected.
    pub problem: ParseError,
}

impl TableColumn {
    /// The column's type, and its values.
    pub fn typed(&self) -> (Feature, Vec<Value>) {
        let cells = match &self.cells {
            Cells::Values(feature, values) => return (feature.clone(), values.clone()),
            Cells::Texts(cells) => cells,
        };
        let feature = narrowest(cells);
        let value = |cell: &Option<String>| match cell {
            Some(text) => value_of(&feature, text).unwrap_or_default(),
            None => Value::Null,
        };
        let values = cells.iter().map(value).collect();
        (feature, values)
    }

    /// The cells as words, to find rows by; `None` where they are empty.
    pub fn keys(&self) -> Vec<Option<String>> {
        match &self.cells {
            Cells::Texts(cells) => cells.clone(),
            Cells::Values(feature, values) => values.iter().map(|v| parse::to_key(feature, v)).collect(),
        }
    }

    /// The values as those of a type.
    ///
    /// # Errors
    /// The first cell that is no value of it.
    pub fn read_as(&self, wanted: &Feature) -> Result<Vec<Value>, BadCell> {
        let each =
            |row: usize, value: Result<Value, ParseError>| value.map_err(|problem| BadCell { row, problem });
        match &self.cells {
            Cells::Texts(cells) => {
                let value = |cell: &Option<String>| match cell {
                    Some(text) => parse::from_text(wanted, text),
                    None => Ok(Value::Null),
                };
                cells.iter().enumerate().map(|(row, cell)| each(row, value(cell))).collect()
            }
            Cells::Values(feature, values) if feature == wanted => Ok(values.clone()),
            Cells::Values(feature, values) => values
                .iter()
                .enumerate()
                .map(|(row, value)| each(row, convert(feature, value, wanted)))
                .collect(),
        }
    }
}

/// A value of another type, by its text: numbers of other widths, labels by their names, times by their text.
fn convert(from: &Feature, value: &Value, wanted: &Feature) -> Result<Value, ParseError> {
    if *value == Value::Null {
        return Ok(Value::Null);
    }
    let is_text = matches!(from, Feature::Text | Feature::ClassLabel { .. });
    let fits = match wanted {
        Feature::Number { .. } => matches!(from, Feature::Number { .. }),
        Feature::Text | Feature::ClassLabel { .. } => is_text,
        Feature::Timestamp | Feature::Json => matches!(from, Feature::Text),
        _ => false,
    };
    match parse::to_key(from, value).filter(|_| fits) {
        Some(text) => parse::from_text(wanted, &text),
        None => Err(ParseError::Wrong { expected: wanted.describe(), found: from.describe() }),
    }
}

/// The narrowest type that all cells have; text if all are empty.
fn narrowest(cells: &[Option<String>]) -> Feature {
    let candidates = [Feature::int64(), Feature::float64(), Feature::Bool, Feature::Timestamp];
    let has_cells = cells.iter().any(Option::is_some);
    let fits = |f: &Feature| cells.iter().flatten().all(|text| value_of(f, text).is_some());
    candidates.into_iter().find(|f| has_cells && fits(f)).unwrap_or(Feature::Text)
}

/// The value that a cell writes in the usual form of a type. What looks like a number but has leading zeros, or more
/// digits than a float holds, is text.
fn value_of(feature: &Feature, text: &str) -> Option<Value> {
    let word = text.trim();
    match feature {
        Feature::Text => Some(Value::text(text)),
        Feature::Bool => bool_of(word).map(Value::Bool),
        Feature::Timestamp => parse::from_text(feature, word).ok(),
        Feature::Number { .. } if *feature == Feature::int64() => {
            let number = word.parse::<i64>().ok().filter(|number| number.to_string() == word);
            number.map(Value::Int)
        }
        Feature::Number { .. } => float_of(word).map(Value::Float),
        _ => None,
    }
}
