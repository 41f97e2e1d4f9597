//! What the rows of some tables hold: a pass over all of them, in constant memory.
//!
//! Of each column are kept its shape, its first values (to see whether they are paths of media), and for
//! columns that may be class labels the distinct values, up to a bound. Rows that are broken are passed over
//! here; they are reported when the samples are read.

use std::collections::{BTreeSet, HashMap, HashSet};

use hub_dataset::sample::SampleError;
use serde_json::Value as Json;

use super::files::TableFile;
use super::label::Classes;
use super::row::{Cell, Form, Row};
use super::shape::Shape;
use crate::read::media_leaves::LeafTexts;

/// More columns are a mistake: JSON objects whose keys are data.
const MAX_COLUMNS: usize = 4_096;

/// Number of values of a column that are checked to see whether they are paths.
const FIRST_VALUES: usize = 100;

/// A column with more distinct values is not a class label.
const MAX_CLASSES: usize = 10_000;

/// A longer value is not a class name.
const MAX_CLASS_BYTES: usize = 512;

/// Columns that may be class labels.
const LABEL_NAMES: [&str; 3] = ["label", "class", "category"];

/// What is known of a column.
#[derive(Debug)]
pub struct Surveyed {
    pub name: String,
    pub shape: Shape,
    /// The first texts in it, with the table (by number) each is from.
    pub firsts: Vec<(usize, String)>,
    /// Those inside of its lists and structs.
    pub nested: LeafTexts,
    /// Its distinct texts; `None` if it is not a label.
    pub classes: Option<BTreeSet<String>>,
    /// Its distinct class labels; `None` if a value is something else.
    pub labels: Option<Classes>,
    /// Number of rows that have a value.
    pub filled: u64,
}

/// The columns of some tables, in the order first seen.
#[derive(Debug, Default)]
pub struct Survey {
    pub columns: Vec<Surveyed>,
    positions: HashMap<String, usize>,
    pub rows: u64,
    /// What is wrong with the first row that can't be read.
    pub first_error: Option<SampleError>,
}

impl Survey {
    /// Passes over the first rows of each table, at most `most` (for a look) or all.
    ///
    /// # Errors
    /// A table can't be read, or has too many columns.
    pub fn of(tables: &[TableFile], most: usize) -> Result<Self, SampleError> {
        let mut survey = Self::default();
        for (number, table) in tables.iter().enumerate() {
            let rows = table.rows()?;
            let header: Vec<String> = rows.header().to_vec();
            for name in &header {
                survey.position_of(name, table)?;
            }
            for row in rows.take(most) {
                match row {
                    Ok(row) => survey.add(&row, &header, number, table)?,
                    Err(e) => {
                        let ends = e.fatal;
                        survey.first_error.get_or_insert(e);
                        if ends {
                            break;
                        }
                    }
                }
            }
        }
        Ok(survey)
    }

    fn position_of(&mut self, name: &str, table: &TableFile) -> Result<usize, SampleError> {
        if let Some(at) = self.positions.get(name) {
            return Ok(*at);
        }
        if self.columns.len() == MAX_COLUMNS {
            let problem = format!("more than {MAX_COLUMNS} columns");
            return Err(SampleError::fatal(&table.place, problem)
                .advise("put the values that vary from row to row into one column, as a list of objects"));
        }
        let may_be_label = LABEL_NAMES.contains(&name.to_ascii_lowercase().as_str());
        self.columns.push(Surveyed {
            name: name.to_owned(),
            shape: Shape::Empty,
            firsts: Vec::new(),
            nested: LeafTexts::default(),
            classes: may_be_label.then(BTreeSet::new),
            labels: (table.form == Form::Jsonl).then(Classes::default),
            filled: 0,
        });
        self.positions.insert(name.to_owned(), self.columns.len() - 1);
        Ok(self.columns.len() - 1)
    }

    fn add(
        &mut self,
        row: &Row,
        header: &[String],
        number: usize,
        table: &TableFile,
    ) -> Result<(), SampleError> {
        self.rows += 1;
        let names = header.iter().map(String::as_str).chain(row.names());
        for name in names {
            let at = self.position_of(name, table)?;
            self.columns[at].add(row.get(name), number, table);
        }
        Ok(())
    }
}

impl Surveyed {
    fn add(&mut self, cell: Cell<'_>, number: usize, table: &TableFile) {
        if matches!(cell, Cell::Empty) {
            return;
        }
        self.filled += 1;
        // Once text, a CSV column stays text: the commonest case is also the cheapest.
        if self.shape != Shape::Text || table.form == Form::Jsonl {
            self.shape = std::mem::take(&mut self.shape).with(Shape::of(cell), table.form);
        }
        let is_label = |labels: &mut Classes| matches!(cell, Cell::Json(value) if labels.add(value));
        if self.labels.as_mut().is_some_and(|labels| !is_label(labels)) {
            self.labels = None;
        }
        if let Cell::Json(value @ (Json::Array(_) | Json::Object(_))) = cell {
            self.nested.add_json(value, number);
        }
        let Some(text) = cell.text() else { return };
        if self.firsts.len() < FIRST_VALUES {
            self.firsts.push((number, text.to_owned()));
        }
        if let Some(classes) = &mut self.classes {
            let text = text.trim();
            if !classes.contains(text) {
                classes.insert(text.to_owned());
            }
            if classes.len() > MAX_CLASSES || text.len() > MAX_CLASS_BYTES {
                self.classes = None;
            }
        }
    }

    /// The class labels, if each value is one.
    pub fn labels(&self) -> Option<&Classes> {
        self.labels.as_ref().filter(|_| self.filled > 0)
    }

    /// May the column be one of class labels, and are all its texts in this list?
    pub fn all_classes_in(&self, list: &[String]) -> bool {
        let Some(classes) = &self.classes else { return false };
        let list: HashSet<&String> = list.iter().collect();
        classes.iter().all(|name| name.is_empty() || list.contains(name))
    }

    /// The class names, if the column is one of class labels: texts of which some come again.
    pub fn class_names(&self) -> Option<Vec<String>> {
        let classes = self.classes.as_ref().filter(|_| self.shape == Shape::Text)?;
        let repeats = (classes.len() as u64) < self.filled;
        repeats.then(|| classes.iter().filter(|name| !name.is_empty()).cloned().collect())
    }
}
