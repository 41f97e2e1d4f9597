//! A table, its columns and cells.

use hub_dataset::sample::Value;
use hub_schema::Feature;

/// A table of values.
#[derive(Clone, Debug)]
pub struct ValueTable {
    /// The columns, in the order of the file.
    pub columns: Vec<TableColumn>,
    /// Each row's place, for messages: `scores.csv:3`.
    pub places: Vec<String>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct TableColumn {
    /// The name in the file.
    pub name: String,
    pub(super) cells: Cells,
}

#[derive(Clone, Debug)]
pub(super) enum Cells {
    /// Cells of a CSV file; empty ones are `None`.
    Texts(Vec<Option<String>>),
    /// Values of a Parquet file.
    Values(Feature, Vec<Value>),
}

impl ValueTable {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}
