//! The access that ends with a change of a password.

use serde::{Deserialize, Serialize};

use super::tokens::TokenView;

/// The access to an account that ended with a change of its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndedAccess {
    /// The number of sessions, those that had expired included.
    pub sessions: u64,
    /// The tokens, without secrets, sorted by name.
    pub tokens: Vec<TokenView>,
}
