//! Objects of a data set: the files that a client's remote store is built on.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Objects, sorted by path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectList {
    /// The objects, sorted by path.
    pub objects: Vec<ListedObject>,
    /// What to give as `after` to go on; null at the end.
    pub next: Option<String>,
}

/// An object.
// The order is that of the paths: the server keeps the first of them in a heap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedObject {
    /// Its path below the data set's root.
    pub path: String,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub modified: DateTime<Utc>,
}

/// What became of an object that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stored {
    /// True if it is new, false if it was there.
    pub stored: bool,
}
