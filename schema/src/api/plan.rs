//! Scan plans: once a job, all that it will read, with links that are good for a while.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::CommitId;
use crate::name::BranchName;

/// What is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PlanRequest {
    /// A branch, tag, `branch:version` or commit; the default branch where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// The names of the columns that are read; all where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Only rows of this split; rows of all splits where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Only rows for which this SQL condition holds: `isa(label, 'dog.n.01') AND image.width >= 256`.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Report the fragments too, and which byte ranges of their files hold the rows; false by default. The rows may
    /// then lie in 1,000 fragments at most.
    #[serde(skip_serializing_if = "is_false")]
    pub ranges: bool,
}

/// All that a scan reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The data set's id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub dataset: Uuid,
    /// The id of the commit, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub commit: CommitId,
    /// A branch that holds the commit …
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub branch: BranchName,
    /// … under this version, counted from 0.
    pub version: u64,
    /// How many rows are read.
    pub rows: u64,
    /// Which rows those are, where `where` was given: a roaring bitmap (32 bits, portable format) of positions in
    /// this revision, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positions: Option<String>,
    /// How many row groups hold the rows, where `where` or `ranges` was given; left out of plans of more than 1,000
    /// fragments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_groups: Option<u64>,
    /// Bytes of the pages that hold those rows in the requested columns, given as `row_groups` is: what a reader of
    /// ranges reads at least. Samples over 32 MiB, which are objects of their own, are not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When the links end.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub expires: DateTime<Utc>,
    /// The files that hold the columns and rows: manifests, column groups, blobs.
    pub files: Vec<PlannedFile>,
    /// The fragments in the order of their rows, where `ranges` was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fragments: Option<Vec<PlannedFragment>>,
}

/// A file of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedFile {
    /// Its path below the data set's root.
    pub path: String,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// A link to it that needs no token; ranges of it can be read. One that begins with `/` is an address of this
    /// server.
    pub url: String,
}

/// A fragment of a plan: rows whose columns lie in files side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedFragment {
    /// Its id, 10 hex digits.
    pub id: String,
    /// Its split; missing where its rows have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Rows of each row group of its files, wanted or not.
    pub row_groups: Vec<u32>,
    /// The wanted rows, counted from the fragment's first: a roaring bitmap (32 bits, portable format) in base64.
    pub rows: String,
    /// What of its files holds them.
    pub parts: Vec<PlannedPart>,
}

/// The part of a file that a plan reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedPart {
    /// The file's path, as among `files`.
    pub path: String,
    /// Byte ranges, each with its first byte and the one behind its last. The footer is not among them.
    pub ranges: Vec<[u64; 2]>,
}

fn is_false(value: &bool) -> bool {
    !value
}
