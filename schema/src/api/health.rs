//! Is the server well?

use serde::{Deserialize, Serialize};

/// The server is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`; a server that is not well answers with a problem document.
    pub status: String,
    /// The server's version: `0.1.0`.
    pub version: String,
}
