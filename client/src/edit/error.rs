//! Why an edit of values is refused.

use hub_dataset::sample::parse::ParseError;
use hub_schema::similar::{did_you_mean, listed};

/// Why an edit of values is refused. Nothing was committed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// An assignment without `=`.
    #[error("'{0}' is not an assignment: expected COLUMN=VALUE")]
    NoAssignment(String),
    /// The data set has no such column.
    #[error("no column '{name}'{}; there are: {}", did_you_mean(similar), listed(name, known))]
    NoColumn {
        /// The name that was given.
        name: String,
        /// Columns with similar names.
        similar: Vec<String>,
        /// All columns.
        known: Vec<String>,
    },
    /// A column is assigned twice.
    #[error("column '{0}' is assigned twice")]
    Twice(String),
    /// The column's values are files or arrays, which are not written as text.
    #[error("column '{column}' is of type {kind}, whose values can't be set; only annotations can")]
    NotSettable {
        /// The column's name.
        column: String,
        /// Its type, in words.
        kind: String,
    },
    /// The column is probed from the files of another one.
    #[error("column '{column}' is a fact of '{of}', probed from its files, and can't be set")]
    Fact {
        /// The column's name.
        column: String,
        /// The media column.
        of: String,
    },
    /// A path to a member of a column's values, which are set only as a whole.
    #[error(
        "'{path}' is a member of column '{column}', whose values are set as a whole, as JSON: {column}=JSON"
    )]
    Member {
        /// The path that was given.
        path: String,
        /// The column.
        column: String,
    },
    /// A text that is no value of its column.
    #[error("column '{column}': {problem}")]
    Value {
        /// The column's name.
        column: String,
        /// What was found and expected.
        #[source]
        problem: ParseError,
    },
    /// Rows can't be found by this column or member.
    #[error(
        "rows can't be found by '{path}', which is of type {kind}; expected text, a number, a time or a label"
    )]
    NoKey {
        /// The path that was given.
        path: String,
        /// Its type, in words.
        kind: String,
    },
    /// A row of a table without a key.
    #[error("{place}: the key column '{column}' is empty")]
    EmptyKey {
        /// The row: file and line.
        place: String,
        /// The table's key column.
        column: String,
    },
    /// A key of a table that can't be one of the data set's column.
    #[error("{place}: key column '{column}': {problem}")]
    BadKey {
        /// The row: file and line.
        place: String,
        /// The table's key column.
        column: String,
        /// What was found and expected.
        #[source]
        problem: ParseError,
    },
    /// Two rows of a table with one key.
    #[error("{place}: the key '{key}' is that of {first} too; a key may stand in one row only")]
    TwiceInTable {
        /// The second row: file and line.
        place: String,
        /// The first row.
        first: String,
        /// The key.
        key: String,
    },
    /// Reading the data set failed.
    #[error(transparent)]
    Dataset(#[from] hub_dataset::Error),
}

impl EditError {
    /// The error that a schema has no column of that name.
    pub(super) fn no_column(schema: &hub_schema::Schema, name: &str) -> Self {
        let known = schema.names();
        let similar = hub_schema::similar::nearest(name, known.iter().map(String::as_str));
        Self::NoColumn { name: name.to_owned(), similar, known }
    }
}
