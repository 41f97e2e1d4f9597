//! Queries in SQL.

use serde::{Deserialize, Serialize};

/// A query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    /// SQL over the table `samples`.
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "SELECT label, count(*) AS n FROM samples WHERE isa(label, 'canine.n.02') GROUP BY label"
        )
    )]
    pub sql: String,
    /// `namespace/name`, with `@rev` if need be, 500 at most; all that the caller may read where it is missing, with
    /// the column `dataset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datasets: Option<Vec<String>>,
    /// How the answer is written; `json` by default.
    #[serde(default)]
    pub format: AnswerFormat,
    /// Rows of the answer, at most; more are an error. The server's own limit where it is missing or greater.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub limit: Option<u64>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AnswerFormat {
    /// An array of objects.
    #[default]
    Json,
    /// Comma-separated, with a header.
    Csv,
    /// Columns for the eye.
    Table,
    /// An Arrow IPC stream.
    Arrow,
    /// A Parquet file.
    Parquet,
}
