//! Uploads in parts.

mod abort;
mod begin;
mod complete;
mod part;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use abort::*;
pub use begin::*;
pub use complete::*;
pub use part::*;

/// An upload, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Upload {
    /// The namespace.
    pub ns: String,
    /// The data set's name in it.
    pub name: String,
    /// The upload's id.
    pub id: String,
}

/// An upload that may go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenUpload {
    /// Its id; null if the object is there already.
    pub id: Option<String>,
    /// The length of every part but the last.
    pub part_bytes: u64,
    /// The numbers of the parts that have come, counted from 0.
    pub received: Vec<u64>,
    /// True if the object is there already: nothing need be sent.
    pub stored: bool,
}
