//! Why an edit can't be made.

use hub_schema::RowId;

use crate::sample::parse::ParseError;

/// Why an edit can't be made. Each names the row and the column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The column's values are files, or were read from them.
    #[error("column '{column}' is of type {kind}, whose values can't be set here; push new files instead")]
    NotSettable {
        /// Name of the column.
        column: String,
        /// Its type in words.
        kind: String,
    },
    /// The column holds what was read from the headers of media.
    #[error("column '{column}' holds what was read from the files of '{of}', and can't be set")]
    Fact {
        /// Name of the column.
        column: String,
        /// Name of the media column that the facts are of.
        of: String,
    },
    /// A value is not of its column's type.
    #[error("row {row}, column '{column}'{}: {problem}", at(path))]
    Value {
        /// Id of the row.
        row: RowId,
        /// Name of the column.
        column: String,
        /// The place in the value, as a JSON pointer.
        path: String,
        /// What was found, and what was expected.
        problem: ParseError,
    },
    /// The path leads nowhere.
    #[error("row {row}, column '{column}': there is no '{path}' in its value: {problem}")]
    NoPath {
        /// Id of the row.
        row: RowId,
        /// Name of the column.
        column: String,
        /// JSON pointer into the value, as it was sent.
        path: String,
        /// Up to where the value has the path.
        problem: String,
    },
    /// A coordinate or a length of a box that can't be.
    #[error("row {row}, column '{column}': {problem}")]
    Shape {
        /// Id of the row.
        row: RowId,
        /// Name of the column.
        column: String,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A row that is removed has new values too.
    #[error("row {row} is removed and has new values; send only one of them")]
    Both {
        /// Id of the row.
        row: RowId,
    },
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(", at '{path}'") }
}
