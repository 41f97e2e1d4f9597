//! The statistics that a scan gives.

use std::collections::BTreeMap;

use serde::Serialize;

/// Statistics of a whole revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// The number of rows that are not deleted.
    pub rows: u64,
    /// Bytes of files and blobs.
    pub bytes: u64,
    /// The number of fragments.
    pub fragments: u64,
    /// Each split; rows without one are under the empty name.
    pub splits: BTreeMap<String, SplitStats>,
    /// Each column, facts and all, in order.
    pub columns: Vec<ColumnStats>,
}

/// The part of a revision that is in one split.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SplitStats {
    /// The number of rows in the split.
    pub rows: u64,
    /// Bytes of files and blobs.
    pub bytes: u64,
    /// The number of fragments in the split.
    pub fragments: u64,
}

/// Statistics of one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ColumnStats {
    /// The column's name.
    pub name: String,
    /// The column's type in words, such as `image`.
    pub feature: String,
    /// The media column it is a fact of.
    pub fact_of: Option<String>,
    /// Rows that hold null; not known for tensors of 256 bytes and more, which are not read.
    pub nulls: Option<u64>,
    /// The smallest number, earliest time, shortest text (in characters), fewest items of a list.
    pub min: Option<Bound>,
    /// The greatest value, latest time, longest text or list; as `min`.
    pub max: Option<Bound>,
    /// The class counts of each label in the column: one entry, or one for each labelled member of its structs.
    pub labels: Vec<LabelStats>,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Bound {
    /// An integer, or the length of a text (in characters) or list (in items).
    Int(i128),
    /// A value of a float column.
    Float(f64),
    /// A timestamp in RFC 3339.
    Time(String),
}

/// How often each class of a label occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelStats {
    /// Where the label is: the column's name, or the way to a member (`objects.category`).
    pub path: String,
    /// The number of labels that are null.
    pub nulls: u64,
    /// Every class in the order of its number, including those that never occur.
    pub classes: Vec<ClassCount>,
}

/// How often a class occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// The class name.
    pub name: String,
    /// The class's WordNet synset id (`n02084071`), if it has one.
    pub synset: Option<String>,
    /// The number of labels of this class.
    pub count: u64,
}
