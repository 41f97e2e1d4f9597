//! Changes of branches and tags, and what changed in values.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commits::{At, CommitView};
use crate::name::BranchName;

/// A branch to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateBranch {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: BranchName,
    /// The revision that it begins at: a branch, tag, `branch:version` or commit; the default branch if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A tag to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTag {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: BranchName,
    /// The revision that it names; the head of the default branch if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A revision that a branch returns to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevertBranch {
    /// The revision whose rows and columns come back.
    pub to: String,
    /// The branch; the default branch if missing.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchName>,
    /// The commit's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A revision that a branch takes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeRevision {
    /// The revision that is taken in.
    pub from: String,
    /// The branch that takes it in; the default branch if missing.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<BranchName>,
    /// The commit's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How a revert or a merge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A new commit was made.
    Committed,
    /// The branch moved to a commit that was there.
    FastForward,
    /// There was nothing to do.
    Unchanged,
}

/// The head of a branch after a revert or a merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BranchMoved {
    /// How it ended.
    pub outcome: Outcome,
    /// The branch's head.
    pub commit: CommitView,
}

/// Changes of the same kind: one value became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeGroupView {
    /// The column, or the way to a label in it (`objects.category`).
    pub column: String,
    /// The earlier value as text, a class by its name; null for no value.
    pub old: Option<String>,
    /// The later value.
    pub new: Option<String>,
    /// How many values changed so; a row may hold several.
    pub values: u64,
    /// The ids of the first rows.
    pub rows: Vec<String>,
}

/// A row with the values that differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedValuesView {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The values that differ.
    pub values: Vec<ChangedValueView>,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedValueView {
    /// The column, as the later revision names it.
    pub column: String,
    /// The earlier value, as a page of rows has it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub old: Value,
    /// The later value.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub new: Value,
}

/// The values that differ between two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffValues {
    /// What became what, the most frequent first; only on the first page.
    pub groups: Vec<ChangeGroupView>,
    /// Changed rows with their values, in the order of their ids.
    pub rows: Vec<ChangedValuesView>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// What a commit did to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum RowActionView {
    /// The row came in.
    Added,
    /// Values were replaced.
    Changed,
    /// The row was removed.
    Removed,
}

/// A commit that touched a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowChangeView {
    /// The commit.
    pub commit: CommitView,
    /// What it did.
    pub action: RowActionView,
    /// The values that it replaced.
    pub values: Vec<ChangedValueView>,
}

/// The commits that touched a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowLogView {
    /// The revision that the log begins at.
    pub at: At,
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The commits, newest first.
    pub changes: Vec<RowChangeView>,
    /// Send it as `cursor` to get the next page; null at the end of the log.
    pub next: Option<String>,
}
