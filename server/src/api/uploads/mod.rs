//! Multipart uploads.

mod abort;
mod begin;
mod complete;
mod part;

use serde::Deserialize;
use utoipa::IntoParams;

pub use abort::*;
pub use begin::*;
pub use complete::*;
pub use part::*;

/// An upload in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Upload {
    /// The data set's namespace.
    pub ns: String,
    /// The data set's name in its namespace.
    pub name: String,
    /// The id of the upload.
    pub id: String,
}
