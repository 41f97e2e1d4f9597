//! Queries in SQL.

use serde::{Deserialize, Serialize};

/// An SQL query over one or more data sets.
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
    /// The data sets to query, as `namespace/name` or `namespace/name@rev`, 500 at most. If missing: all that the caller
    /// may read, with an additional column `dataset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datasets: Option<Vec<String>>,
    /// The format of the result; `json` by default.
    #[serde(default)]
    pub format: AnswerFormat,
    /// Maximum rows of the result; more are an error. The server's own limit applies if it is missing or greater.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub limit: Option<u64>,
}

/// The format of a query's result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AnswerFormat {
    /// A JSON array with one object per row.
    #[default]
    Json,
    /// Comma-separated values with a header line.
    Csv,
    /// A text table with aligned columns, for people.
    Table,
    /// An Arrow IPC stream of record batches.
    Arrow,
    /// A Parquet file with one row per result row.
    Parquet,
}
