//! An edit as it is sent.

use hub_schema::RowId;
use serde_json::Value as Json;

/// A change of one value, or the removal of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowEdit {
    /// A new value.
    Set {
        /// Id of the row in the base revision.
        row: RowId,
        /// Name of the column in the base revision.
        column: String,
        /// A JSON pointer into the value (`/3/category`), where only a part of it is new; empty for the whole value. `-`
        /// in place of an index appends to a list.
        path: String,
        /// The value, or part, that the sender saw, if it is to be checked.
        was: Option<Json>,
        /// The new value or part; `None` takes an item out of a list.
        value: Option<Json>,
    },
    /// The row is deleted.
    Remove {
        /// Id of the row in the base revision.
        row: RowId,
    },
}

impl RowEdit {
    /// The row that it changes.
    pub const fn row(&self) -> RowId {
        match self {
            Self::Set { row, .. } | Self::Remove { row } => *row,
        }
    }
}

/// What one commit is to change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EditRequest {
    /// Class names to append first, by label: a column, or the way to a member (`objects.category`).
    pub new_classes: Vec<(String, Vec<String>)>,
    /// The changes; those of one value are made one after the other.
    pub edits: Vec<RowEdit>,
}
