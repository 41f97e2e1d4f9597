//! Scan plans: requested once per job, they list all files that the job will read, with links valid for a while.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::CommitId;
use crate::name::BranchName;

/// The rows and columns to plan for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PlanRequest {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// The names of the columns to read; all if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Only rows of this split; all rows if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Only rows for which this SQL condition holds: `isa(label, 'dog.n.01') AND image.width >= 256`.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Report the fragments too, and which byte ranges of their files hold the rows; false by default. The rows may
    /// then lie in 1,000 fragments at most.
    #[serde(skip_serializing_if = "is_false")]
    pub ranges: bool,
    /// Links for readers that begin with `HEAD`, such as DuckDB and fsspec: they lead to the server, which answers `HEAD`
    /// and redirects `GET` to the bucket. By default links lead to the bucket itself, which takes `GET` only.
    #[serde(skip_serializing_if = "is_false")]
    pub head: bool,
}

/// The files that a scan reads, with links to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The id of the data set.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub dataset: Uuid,
    /// The id of the commit, 64 hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub commit: CommitId,
    /// A branch that holds the commit.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub branch: BranchName,
    /// The commit's version on `branch`, counted from 0.
    pub version: u64,
    /// Number of rows to read.
    pub rows: u64,
    /// The positions of these rows in the revision, if `where` was given: a roaring bitmap (32 bits, portable format),
    /// in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positions: Option<String>,
    /// Number of row groups that hold the rows, if `where` or `ranges` was given; missing in plans of more than 1,000
    /// fragments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_groups: Option<u64>,
    /// Bytes of the pages that hold the rows in the requested columns: the least that a reader of byte ranges reads.
    /// Present and missing together with `row_groups`. Samples over 32 MiB, which are stored as objects of their own, are
    /// not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When the links expire, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub expires: DateTime<Utc>,
    /// The files that hold the rows and columns: manifests, column groups, blobs.
    pub files: Vec<PlannedFile>,
    /// The fragments in row order, if `ranges` was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fragments: Option<Vec<PlannedFragment>>,
}

/// A file of a plan, with a link to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedFile {
    /// The path below the data set's root.
    pub path: String,
    /// The file's length in bytes.
    pub size_bytes: u64,
    /// A link that needs no token and supports range requests. One that begins with `/` is relative to this server.
    pub url: String,
}

/// A fragment of a plan: rows whose columns lie in files side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedFragment {
    /// The fragment's id, 10 hex digits.
    pub id: String,
    /// The split of its rows; missing if they have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Number of rows in each row group of its files, whether the plan reads them or not.
    pub row_groups: Vec<u32>,
    /// The rows to read, counted from the fragment's first row: a roaring bitmap (32 bits, portable format) in base64.
    pub rows: String,
    /// The files, and the byte ranges in them, that hold these rows.
    pub parts: Vec<PlannedPart>,
}

/// The part of a file that a plan reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedPart {
    /// The file's path, as in the plan's `files`.
    pub path: String,
    /// Byte ranges as `[start, end]`, end exclusive. The Parquet footer is not included.
    pub ranges: Vec<[u64; 2]>,
}

fn is_false(value: &bool) -> bool {
    !value
}
