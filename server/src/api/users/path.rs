//! The user that an address names.

use serde::Deserialize;
use utoipa::IntoParams;

/// A user, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The user's name.
    pub(super) name: String,
}
