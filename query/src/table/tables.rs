//! What the table `samples` is made of: revisions of data sets.

use std::collections::HashMap;
use std::sync::Arc;

use hub_dataset::{LabelIndex, Snapshot};
use roaring::RoaringBitmap;

/// A revision of a data set, and what is known about it.
#[derive(Clone, Debug)]
pub struct NamedSnapshot {
    /// The data set's name.
    pub name: String,
    /// The revision.
    pub snapshot: Snapshot,
    /// Knows which rows carry which synset; without one labels are read.
    pub index: Option<Arc<dyn LabelIndex>>,
    /// The positions that the table has; none: all.
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

/// What the table `samples` is made of.
#[derive(Clone, Debug)]
pub struct Tables {
    pub(crate) members: Vec<NamedSnapshot>,
    pub(crate) several: bool,
}

impl Tables {
    /// One data set.
    pub fn one(snapshot: NamedSnapshot) -> Self {
        Self { members: vec![snapshot], several: false }
    }

    /// The same tables with some positions of each data set alone.
    pub(crate) fn only(mut self, mut positions: HashMap<String, RoaringBitmap>) -> Self {
        for member in &mut self.members {
            member.only = Some(positions.remove(&member.name).unwrap_or_default());
        }
        self
    }

    /// The same tables without the data set of a name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.members.retain(|member| member.name != name);
        self
    }

    /// All rows of several data sets, with a column `dataset`.
    pub fn all(snapshots: Vec<NamedSnapshot>) -> Self {
        Self { members: snapshots, several: true }
    }
}
