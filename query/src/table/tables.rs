//! The revisions of data sets that the table `samples` consists of.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use hub_dataset::{LabelIndex, Snapshot};
use roaring::RoaringBitmap;

/// A revision of a data set with its name and, if there is one, its label index.
#[derive(Clone, Debug)]
pub struct NamedSnapshot {
    /// The data set's name, as the column `dataset` shows it.
    pub name: String,
    /// The revision that is queried.
    pub snapshot: Snapshot,
    /// Finds the rows with a synset; without an index, labels are read.
    pub index: Option<Arc<dyn LabelIndex>>,
    /// The positions that the table is restricted to; `None` for all.
    pub(crate) only: Option<RoaringBitmap>,
}

impl NamedSnapshot {
    /// A revision without an index.
    pub fn new(name: impl Into<String>, snapshot: Snapshot) -> Self {
        Self { name: name.into(), snapshot, index: None, only: None }
    }

    /// The same with an index.
    #[must_use]
    pub fn with_index(mut self, index: Option<Arc<dyn LabelIndex>>) -> Self {
        self.index = index;
        self
    }
}

/// The data sets of the table `samples`.
#[derive(Clone, Debug)]
pub struct Tables {
    pub(crate) members: Vec<NamedSnapshot>,
    pub(crate) several: bool,
    /// Tables in memory beside `samples`, by their names in lower case.
    pub(crate) beside: Vec<(String, RecordBatch)>,
}

impl Tables {
    /// The rows of one data set, without a column `dataset`.
    pub fn one(snapshot: NamedSnapshot) -> Self {
        Self { members: vec![snapshot], several: false, beside: Vec::new() }
    }

    /// The same with another table in memory, under a name in lower case: the predictions of a run, to be joined by row.
    #[must_use]
    pub fn with_table(mut self, name: impl Into<String>, table: RecordBatch) -> Self {
        self.beside.push((name.into(), table));
        self
    }

    /// The same table restricted to some positions of each data set, by its name; of a single one by no name.
    pub(crate) fn only(mut self, mut positions: HashMap<String, RoaringBitmap>) -> Self {
        for member in &mut self.members {
            let name = if self.several { member.name.as_str() } else { "" };
            member.only = Some(positions.remove(name).unwrap_or_default());
        }
        self
    }

    /// The same table without the data set of a name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.members.retain(|member| member.name != name);
        self
    }

    /// All rows of several data sets, with a column `dataset`.
    pub fn all(snapshots: Vec<NamedSnapshot>) -> Self {
        Self { members: snapshots, several: true, beside: Vec::new() }
    }
}
