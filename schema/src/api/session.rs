//! Logging in, the caller's account, and setting up the hub's first owner.

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::tokens::TokenView;
use super::users::UserView;
use crate::access::Role;

/// A user's name and password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The name of the user.
    pub name: String,
    /// The user's password in plain text.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub password: Secret,
}

/// The hub's first owner, to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The secret of the one-time link.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub secret: Secret,
    /// The name of the owner.
    pub name: String,
    /// The owner's password in plain text.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub password: Secret,
}

/// The caller, their namespaces and token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The caller, as lists of users show them.
    #[serde(flatten)]
    pub user: UserView,
    /// The namespaces that the caller is a member of.
    pub memberships: Vec<Membership>,
    /// The request's token; null with a session.
    pub token: Option<TokenView>,
}

/// The caller's membership of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The name of the namespace.
    pub namespace: String,
    /// The caller's role in it: `reader`, `writer` or `owner`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
}

/// A change of the caller's password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The current password; not needed with a token of scope `admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub old: Option<Secret>,
    /// The new password in plain text.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub new: Secret,
}
