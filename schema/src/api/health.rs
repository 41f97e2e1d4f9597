//! The answer of health checks.

use serde::{Deserialize, Serialize};

/// The answer of a healthy server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`; an unhealthy server answers with a problem document.
    pub status: String,
    /// The server's version, for example `0.1.0`.
    pub version: String,
}
