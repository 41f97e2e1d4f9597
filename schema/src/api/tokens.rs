//! The caller's tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::secret::Secret;
use crate::access::Scope;

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// Its id, to revoke it by.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for, at most: `read`, `write` or `admin`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub scope: Scope,
    /// If set: good in this namespace only.
    pub namespace: Option<String>,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
    /// When it ends; null where it is good until it is revoked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub expires: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null where it never was.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub last_used: Option<DateTime<Utc>>,
}

/// The caller's tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenList {
    /// The tokens, newest first.
    pub tokens: Vec<TokenView>,
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for.
    pub name: String,
    /// What it may be used for, at most: `read`, `write` or `admin`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub scope: Scope,
    /// If set: good in this namespace only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// How many seconds it is good; without an end where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_secs: Option<u32>,
    /// Whose it is, where an owner of the hub makes it for another: for programs, which have no password. The caller's
    /// where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl CreateToken {
    /// A token of the caller, good everywhere and without an end.
    pub fn new(name: impl Into<String>, scope: Scope) -> Self {
        Self { name: name.into(), scope, namespace: None, expires_secs: None, user: None }
    }
}

/// A new token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTokenView {
    /// The token, as lists show it.
    #[serde(flatten)]
    pub token: TokenView,
    /// The token itself, shown this once.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub secret: Secret,
}
