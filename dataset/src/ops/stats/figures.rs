//! The figures that a scan gives.

use std::collections::BTreeMap;

use serde::Serialize;

/// Statistics of a revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Rows.
    pub rows: u64,
    /// Bytes of files and blobs.
    pub bytes: u64,
    /// Fragments.
    pub fragments: u64,
    /// Each split; rows without one are under the empty name.
    pub splits: BTreeMap<String, SplitStats>,
    /// Each column, facts and all, in order.
    pub columns: Vec<ColumnStats>,
}

/// A split's share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SplitStats {
    /// Rows.
    pub rows: u64,
    /// Bytes of files and blobs.
    pub bytes: u64,
    /// Fragments.
    pub fragments: u64,
}

/// Statistics of a column.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ColumnStats {
    /// The column.
    pub name: String,
    /// Its type in words.
    pub feature: String,
    /// The media column it is a fact of.
    pub fact_of: Option<String>,
    /// Rows that hold null; not known for tensors of 256 bytes and more, which are not read.
    pub nulls: Option<u64>,
    /// The smallest number, earliest moment, shortest text (in characters), fewest items of a list.
    pub min: Option<Bound>,
    /// The greatest.
    pub max: Option<Bound>,
    /// Of each class label in the column: how often each class occurs.
    pub labels: Vec<LabelStats>,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Bound {
    /// An integer, or a length.
    Int(i128),
    /// A float.
    Float(f64),
    /// A moment, RFC 3339.
    Time(String),
}

/// How often each class of a label occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelStats {
    /// Where the label is: the column's name, or the way to a member (`objects.category`).
    pub path: String,
    /// Labels that are null.
    pub nulls: u64,
    /// Every class in the order of its number, those that never occur too.
    pub classes: Vec<ClassCount>,
}

/// How often a class occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// Its name.
    pub name: String,
    /// Its WordNet id.
    pub synset: Option<String>,
    /// How often it occurs.
    pub count: u64,
}
