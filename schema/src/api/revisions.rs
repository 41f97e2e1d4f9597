//! Revisions of a data set: commits, branches and tags, diffs, schemas, statistics.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::commits::{At, CommitView};
use super::facets::{ClassesBySplit, Distribution};
use super::history::DiffValues;
use crate::feature::Feature;
use crate::ids::FieldId;
use crate::name::BranchName;
use crate::schema::{Field, Schema};

/// A page of commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitList {
    /// The commits, newest first.
    pub commits: Vec<CommitView>,
    /// Send it as `cursor` to get the next page; null if the page ends with the first commit.
    pub next: Option<String>,
}

/// A commit with its splits, columns and skipped samples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitPage {
    /// The commit, as lists show it.
    #[serde(flatten)]
    pub commit: CommitView,
    /// Number of rows by split; rows without a split count under the empty name.
    pub splits: BTreeMap<String, u64>,
    /// The names of the columns, in order.
    pub columns: Vec<String>,
    /// Number of samples that the push skipped.
    pub skipped: u64,
    /// The first 1,000 of these samples.
    pub left_out: Vec<LeftOut>,
}

/// A sample that a push skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOut {
    /// The source file, and the position in it.
    pub place: String,
    /// Why the sample could not be read.
    pub problem: String,
}

/// The difference between two revisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffView {
    /// The revision that is compared from.
    pub from: At,
    /// The revision that is compared to.
    pub to: At,
    /// Number of rows that only `to` holds.
    pub added: u64,
    /// Number of rows that only `from` holds.
    pub removed: u64,
    /// Number of rows in both with at least one different value.
    pub changed: u64,
    /// By column, the number of rows in both whose values in it differ.
    pub changed_by_column: BTreeMap<String, u64>,
    /// The columns that were added, removed or changed.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub columns: serde_json::Value,
    /// The ids of the first `limit` added rows.
    pub added_rows: Vec<String>,
    /// The ids of the first `limit` removed rows.
    pub removed_rows: Vec<String>,
    /// The first `limit` changed rows, with their changed columns.
    pub changed_rows: Vec<ChangedRow>,
    /// The old and the new values, if `values` was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<DiffValues>,
}

/// A row with different values in two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedRow {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The columns whose values differ.
    pub columns: Vec<String>,
}

/// Branches and tags of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refs {
    /// The branch that requests without a revision read.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub default_branch: BranchName,
    /// The branches that hold a commit.
    pub branches: Vec<RefView>,
    /// The tags of the data set.
    pub tags: Vec<RefView>,
}

/// A branch or tag, with the commit it points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefView {
    /// The name, unique in its list.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: BranchName,
    /// The commit that it points to; for a branch, its head.
    pub at: At,
    /// Time of the commit, or of setting the tag, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub time: DateTime<Utc>,
    /// The user who committed, or set the tag.
    pub author: String,
    /// The message, as written by the author.
    pub message: String,
}

/// The columns of a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaView {
    /// The revision that was read.
    pub at: At,
    /// The columns, in order; a media column is followed by its metadata columns.
    pub columns: Vec<ColumnView>,
}

/// A column of a revision's schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ColumnView {
    /// The name, unique in its list.
    pub name: String,
    /// The type as text, for people.
    pub kind: String,
    /// The type with its parameters, for example `{"type": "class_label", "names": […]}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub feature: Feature,
    /// The name of the media column whose metadata (width, duration, …) this column holds; missing for other columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact_of: Option<String>,
    /// The column's id, which stays the same when it is renamed.
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub id: FieldId,
    /// Free text by key; missing if there is none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl ColumnView {
    /// Describes `field` of `schema`.
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

/// Statistics of a revision's rows and columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatsView {
    /// The revision that was read.
    pub at: At,
    /// Rows, bytes and splits, and for each column the number of nulls, the range and the count of each class.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub stats: serde_json::Value,
    /// The histogram of each column of numbers, times and lists (by their lengths), if `bins` was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distributions: Option<Vec<Distribution>>,
    /// The classes of each label in each split, if `bins` was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes_by_split: Option<Vec<ClassesBySplit>>,
}
