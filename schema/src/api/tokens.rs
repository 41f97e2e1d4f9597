//! API tokens of the caller.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::secret::Secret;
use crate::access::Scope;

/// A token as lists show it, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// The id, which is needed to revoke it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: Uuid,
    /// The name that its owner gave it.
    pub name: String,
    /// The highest scope of requests with it: `read`, `write` or `admin`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub scope: Scope,
    /// If set, the token is valid in this namespace only.
    pub namespace: Option<String>,
    /// Time of creation, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
    /// When it expires, UTC; null if it is valid until it is revoked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub expires: Option<DateTime<Utc>>,
    /// Time of the last use, UTC, accurate to a minute; null if it was never used.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub last_used: Option<DateTime<Utc>>,
}

/// All tokens of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenList {
    /// The tokens, without secrets, newest first.
    pub tokens: Vec<TokenView>,
}

/// A token to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// A name that tells its purpose.
    pub name: String,
    /// The highest scope of requests with it: `read`, `write` or `admin`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub scope: Scope,
    /// If set, the token is valid in this namespace only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Seconds until it expires; it never expires if this is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_secs: Option<u32>,
    /// The user to create it for; the caller if missing. Only owners of the hub may name another user, for example a
    /// program's account without a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl CreateToken {
    /// A token of the caller that is valid in all namespaces and never expires.
    pub fn new(name: impl Into<String>, scope: Scope) -> Self {
        Self { name: name.into(), scope, namespace: None, expires_secs: None, user: None }
    }
}

/// A new token with its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTokenView {
    /// The token, as lists show it.
    #[serde(flatten)]
    pub token: TokenView,
    /// The token's secret, `hub_…`. It is shown only once.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub secret: Secret,
}
