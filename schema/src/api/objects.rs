//! Objects of a data set: the files on which a client's remote store is built.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A page of objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectList {
    /// The objects, sorted by path.
    pub objects: Vec<ListedObject>,
    /// Send it as `after` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// An object as lists show it.
// `path` comes first, so that the derived order is that of the paths: the server keeps the smallest ones in a heap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListedObject {
    /// The path below the data set's root.
    pub path: String,
    /// The object's length in bytes.
    pub size_bytes: u64,
    /// Time of the last write, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub modified: DateTime<Utc>,
}

/// The result of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stored {
    /// True if the object is new, false if it existed already.
    pub stored: bool,
}
