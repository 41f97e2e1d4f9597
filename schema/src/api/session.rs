//! Logging in, the caller's own account, and the hub's first owner.

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::tokens::TokenView;
use super::users::UserView;
use crate::access::Role;

/// A name and its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The user's name.
    pub name: String,
    /// The password.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub password: Secret,
}

/// The first owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The secret of the one-time link.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub secret: Secret,
    /// The owner's name.
    pub name: String,
    /// The owner's password.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub password: Secret,
}

/// The caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The caller, as lists of users show them.
    #[serde(flatten)]
    pub user: UserView,
    /// The namespaces that the caller is a member of.
    pub memberships: Vec<Membership>,
    /// The token that the request carried; null with a session.
    pub token: Option<TokenView>,
}

/// A part in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The namespace.
    pub namespace: String,
    /// What the caller may do in it: `reader`, `writer` or `owner`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
}

/// Another password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now; not needed with a token of scope admin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub old: Option<Secret>,
    /// The password from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub new: Secret,
}
