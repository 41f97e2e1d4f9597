//! Edits of rows: new values and removals, committed together.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::commits::CommitView;
use crate::name::BranchName;

/// Changes of rows, to be one commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommitEdits {
    /// The revision that the changes were made on: a branch, tag, `branch:version` or commit. Best a pinned one: what others
    /// commit after it is found out.
    pub base: String,
    /// The branch to commit to; the default branch if missing.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchName>,
    /// The commit's message; by default one that names the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The changes, 10,000 at most; those of one value are made in this order.
    pub changes: Vec<RowEditView>,
    /// The ids of rows whose changes are left out: those that a refusal named, and that are to stay as others made them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave_out: Vec<String>,
    /// Class names to add, by label: a column, or the way to a member (`objects.category`). A class that is neither there
    /// nor here is refused.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub new_classes: BTreeMap<String, Vec<String>>,
}

/// A change of one row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RowEditView {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The column; missing where the row is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// A JSON pointer into the value (`/3/category`), where only that part is new; `/-` appends to a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The value, or part, before the change. If given, it must be that of the base.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub was: Option<Value>,
    /// The new value, or part, as in `docs/values.md`: a class by its name, a box as `{"x", "y", "width", "height"}`, null
    /// for no value.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub value: Option<Value>,
    /// `true` removes the row, or with `column` and `path` that item of a list.
    #[serde(default, skip_serializing_if = "is_false")]
    pub remove: bool,
}

/// What was committed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditsCommitted {
    /// The commit; null if there was nothing to change.
    pub commit: Option<CommitView>,
    /// Values that were changed.
    pub values: u64,
    /// Rows that were removed.
    pub removed: u64,
    /// Values that were as wanted before.
    pub unchanged: u64,
    /// Changes that were left out, as asked.
    pub left_out: u64,
}

/// A row that others changed since the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowConflictView {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The column that they changed; null for a row that is gone.
    pub column: Option<String>,
    /// Whether the row is gone.
    pub gone: bool,
    /// The value of the base.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub base: Value,
    /// The value now.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::any_value))]
    pub now: Value,
}

/// A member that is there, also if it is null.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

const fn is_false(value: &bool) -> bool {
    !*value
}
