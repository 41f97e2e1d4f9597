//! A revision in a path of the Hugging Face routes.

use serde::Deserialize;
use utoipa::IntoParams;

/// A revision in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RepoRevision {
    /// The data set's namespace.
    #[serde(rename = "ns")]
    pub _ns: String,
    /// The data set's name in its namespace.
    #[serde(rename = "name")]
    pub _name: String,
    /// A branch, a tag, or at least eight hex digits of a commit's id.
    pub rev: String,
}
