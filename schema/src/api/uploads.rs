//! Uploads in parts.

use serde::{Deserialize, Serialize};

/// What is to be uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginUpload {
    /// The object's path: in `data/`, `blobs/` or `manifests/`.
    pub path: String,
    /// The object's length in bytes.
    pub size_bytes: u64,
}

/// An upload that may go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenUpload {
    /// Its id; null if the object is there already.
    pub id: Option<String>,
    /// The length in bytes of every part but the last, which may be shorter.
    pub part_bytes: u64,
    /// The numbers of the parts that have come, counted from 0.
    pub received: Vec<u64>,
    /// True if the object is there already: nothing need be sent.
    pub stored: bool,
}
