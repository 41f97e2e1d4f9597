//! The user in a route's path.

use serde::Deserialize;
use utoipa::IntoParams;

/// A user in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The name of the user.
    pub(super) name: String,
}
