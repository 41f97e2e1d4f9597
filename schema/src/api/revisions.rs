//! Revisions of a data set: commits, branches and tags, what differs, columns, statistics.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::commit::CommitParent;
use crate::feature::Feature;
use crate::ids::{CommitId, FieldId};
use crate::name::BranchName;
use crate::schema::{Field, Schema};

/// A commit, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitView {
    /// The id: BLAKE3 of the commit's file, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: CommitId,
    /// A branch that holds it …
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub branch: BranchName,
    /// … under this version, counted from 0.
    pub version: u64,
    /// The ids of the commits it follows; the first is the branch's own past.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub parents: Vec<CommitId>,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// Who made it.
    pub author: String,
    /// Why, in the author's words.
    pub message: String,
    /// What was done, in a word or two.
    pub operation: String,
    /// Rows afterwards.
    pub rows: u64,
    /// Bytes of its files afterwards.
    pub size_bytes: u64,
    /// Rows that it added.
    pub added: u64,
    /// Rows that it removed.
    pub removed: u64,
    /// Rows whose values it replaced.
    pub changed: u64,
}

/// Where a commit lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct At {
    /// The commit's id, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub commit: CommitId,
    /// A branch that holds it …
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub branch: BranchName,
    /// … under this version, counted from 0.
    pub version: u64,
}

impl From<&CommitParent> for At {
    fn from(at: &CommitParent) -> Self {
        Self { commit: at.id, branch: at.branch.clone(), version: at.version }
    }
}

/// Commits, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitList {
    /// The commits, newest first.
    pub commits: Vec<CommitView>,
    /// What to give as `cursor` to go on; null at the first commit.
    pub next: Option<String>,
}

/// A commit, with all that it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitPage {
    /// The commit, as lists show it.
    #[serde(flatten)]
    pub commit: CommitView,
    /// Rows of each split; rows without one count under the empty name.
    pub splits: BTreeMap<String, u64>,
    /// The names of the columns, in order.
    pub columns: Vec<String>,
    /// How many samples the push left out.
    pub skipped: u64,
    /// Those samples, the first 1,000 of them.
    pub left_out: Vec<LeftOut>,
}

/// A sample that a push left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOut {
    /// The file, and the place in it.
    pub place: String,
    /// What was wrong.
    pub problem: String,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffView {
    /// The earlier revision.
    pub from: At,
    /// The later one.
    pub to: At,
    /// Rows that only the later one holds.
    pub added: u64,
    /// Rows that only the earlier one holds.
    pub removed: u64,
    /// Rows in both, some of whose values differ.
    pub changed: u64,
    /// For each column, rows in both whose value in it differs.
    pub changed_by_column: BTreeMap<String, u64>,
    /// Columns that differ.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub columns: serde_json::Value,
    /// The ids of the first rows that were added, as many as `limit` says.
    pub added_rows: Vec<String>,
    /// The ids of the first rows that were removed, as many as `limit` says.
    pub removed_rows: Vec<String>,
    /// The first rows that changed, as many as `limit` says, with their columns.
    pub changed_rows: Vec<ChangedRow>,
}

/// A row that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedRow {
    /// Its id: `fragment:offset`.
    pub row_id: String,
    /// The columns whose values differ.
    pub columns: Vec<String>,
}

/// Branches and tags of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refs {
    /// The branch that is meant where none is named.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub default_branch: BranchName,
    /// The branches that hold a commit.
    pub branches: Vec<RefView>,
    /// The tags.
    pub tags: Vec<RefView>,
}

/// A branch or tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefView {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: BranchName,
    /// The commit it names: of a branch, its head.
    pub at: At,
    /// When the commit was made, or the tag set.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// Who made the commit, or set the tag.
    pub author: String,
    /// Why, in the author's words.
    pub message: String,
}

/// The columns of a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaView {
    /// The revision.
    pub at: At,
    /// The columns, in order; media are followed by their facts.
    pub columns: Vec<ColumnView>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ColumnView {
    /// Its name.
    pub name: String,
    /// Its type in words.
    pub kind: String,
    /// Its type: `{"type": "class_label", "names": […]}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub feature: Feature,
    /// The name of the media column it is a fact of; missing where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact_of: Option<String>,
    /// Its id, which stays the same when it is renamed.
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub id: FieldId,
    /// Free text about it, by name; missing where there is none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl ColumnView {
    /// A column of a schema.
    pub fn new(schema: &Schema, field: &Field) -> Self {
        Self {
            name: field.name.clone(),
            kind: field.feature.describe(),
            feature: field.feature.clone(),
            fact_of: field.fact_of.and_then(|id| schema.by_id(id)).map(|of| of.name.clone()),
            id: field.id,
            metadata: field.metadata.clone(),
        }
    }
}

/// Statistics of a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatsView {
    /// The revision.
    pub at: At,
    /// Rows, bytes, splits, and of each column nulls, range and how often each class occurs.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub stats: serde_json::Value,
}
