//! A row of a table, however it is written.

use std::collections::HashMap;
use std::sync::Arc;

use csv::StringRecord;
use hub_dataset::sample::SampleError;
use serde_json::{Map, Value as Json};

/// A longer row is an error.
pub const MAX_ROW_BYTES: u64 = 16 << 20;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Cells between commas, semicolons or tabs; the first row has the names.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

#[derive(Debug)]
pub struct Row {
    /// The line it begins at, from 1.
    pub line: u64,
    pub cells: Cells,
}

#[derive(Debug)]
pub enum Cells {
    Csv { positions: Arc<HashMap<String, usize>>, record: StringRecord },
    Jsonl(Map<String, Json>),
}

/// A cell of a row.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// Not there, empty, or `null`.
    Empty,
    /// A cell of a CSV file.
    Text(&'a str),
    /// A value of a JSON object.
    Json(&'a Json),
}

impl Row {
    /// The cell of a column.
    pub fn get(&self, column: &str) -> Cell<'_> {
        match &self.cells {
            Cells::Csv { positions, record } => {
                match positions.get(column).and_then(|at| record.get(*at)).filter(|text| !text.is_empty()) {
                    Some(text) => Cell::Text(text),
                    None => Cell::Empty,
                }
            }
            Cells::Jsonl(object) => match object.get(column) {
                Some(Json::Null) | None => Cell::Empty,
                Some(value) => Cell::Json(value),
            },
        }
    }

    /// The names of a JSON object's members; none for CSV, whose names stand in the first row.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let object = match &self.cells {
            Cells::Jsonl(object) => Some(object),
            Cells::Csv { .. } => None,
        };
        object.into_iter().flat_map(Map::keys).map(String::as_str)
    }
}

impl<'a> Cell<'a> {
    /// The cell as text, if it is one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(value) => value.as_str(),
            Self::Empty => None,
        }
    }
}

/// The error of a row that does not end.
pub fn too_long(place: String) -> SampleError {
    SampleError::fatal(place, format!("a row of more than {MAX_ROW_BYTES} bytes"))
        .advise("check for an unclosed quote, or name the format with --format")
}

/// The error of a row with other bytes than UTF-8; `inside` says where.
pub fn not_utf8(place: String, inside: &str) -> SampleError {
    SampleError::sample(place, format!("the text{inside} is not UTF-8")).advise("write the table as UTF-8")
}
