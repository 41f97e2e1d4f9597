//! Rows that are similar to one.

use serde::{Deserialize, Serialize};

use super::commits::At;

/// The rows most similar to one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimilarRows {
    /// The revision that was read.
    pub at: At,
    /// The id of the row that they are similar to.
    pub row_id: String,
    /// The column of the vectors that were compared.
    pub column: String,
    /// The rows, the most similar first, without the row itself.
    pub rows: Vec<SimilarRow>,
}

/// A row, and how similar it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimilarRow {
    /// The row's id, `fragment:offset`.
    pub row_id: String,
    /// The position among the rows of the revision, counted from 0.
    pub position: u64,
    /// The cosine of the angle between the two vectors: 1 for the same direction, -1 for the opposite one.
    pub similarity: f32,
}
