//! Uploads in parts.

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
