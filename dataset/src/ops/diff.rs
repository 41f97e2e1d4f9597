//! What differs between two revisions.

use std::collections::BTreeMap;

use hub_schema::RowId;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::read::Snapshot;

/// What differs between two revisions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diff {
    /// Rows that only the later one holds.
    pub added: u64,
    /// Rows that only the earlier one holds.
    pub removed: u64,
    /// Rows in both, some of whose values differ.
    pub changed: u64,
    /// The same by column: rows whose value of it was replaced.
    pub changed_by_column: BTreeMap<String, u64>,
    /// Columns that differ.
    pub columns: Vec<ColumnChange>,
}

/// How a column differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ColumnChange {
    /// Only the later revision has it.
    Added { column: String, feature: String },
    /// Only the earlier revision has it.
    Dropped { column: String, feature: String },
    /// It has another name.
    Renamed { from: String, to: String },
    /// It has another type (more class names).
    Retyped { column: String, from: String, to: String },
}

impl Diff {
    /// Is there no difference?
    pub fn is_empty(&self) -> bool {
        self.added == 0 && self.removed == 0 && self.changed == 0 && self.columns.is_empty()
    }

    /// The rows that only the later revision holds.
    pub fn added_rows(&self) -> impl Iterator<Item = RowId> + '_ {
        std::iter::empty()
    }

    /// The rows that only the earlier revision holds.
    pub fn removed_rows(&self) -> impl Iterator<Item = RowId> + '_ {
        std::iter::empty()
    }

    /// The rows whose values differ, with the names of the columns.
    pub fn changed_rows(&self) -> impl Iterator<Item = (RowId, Vec<&str>)> + '_ {
        std::iter::empty()
    }
}

impl Snapshot {
    /// What differs between this revision and a `later` one.
    pub async fn diff(&self, _later: &Self) -> Result<Diff> {
        Err(Error::damaged("diff", "not built yet"))
    }
}
