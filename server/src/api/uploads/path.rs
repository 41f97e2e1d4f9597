//! Which upload a request is about.

use serde::Deserialize;
use utoipa::IntoParams;

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
