//! Multipart uploads of objects.

use serde::{Deserialize, Serialize};

/// The object to upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginUpload {
    /// The object's path, below `data/`, `blobs/` or `manifests/`.
    pub path: String,
    /// The object's length in bytes.
    pub size_bytes: u64,
}

/// The state of an upload, new or resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenUpload {
    /// The upload's id; null if the object exists already.
    pub id: Option<String>,
    /// The length in bytes of every part but the last, which may be shorter.
    pub part_bytes: u64,
    /// The numbers of the parts that were received, counted from 0.
    pub received: Vec<u64>,
    /// True if the object exists already, so that nothing has to be sent.
    pub stored: bool,
}
