//! The hub's users.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ended_access::EndedAccess;
use super::secret::Secret;

/// A user as lists show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    /// The name; also that of the user's own namespace.
    pub name: String,
    /// True for an owner of the whole hub.
    pub admin: bool,
    /// Time of creation, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
}

/// A user that was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedUser {
    /// The user, as lists show it.
    #[serde(flatten)]
    pub user: UserView,
    /// Whether the user owns the namespace of the same name. False if it holds data sets already, such as those of an
    /// earlier user of this name: an owner of the hub decides who becomes a member.
    pub owns_namespace: bool,
}

/// A user that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedUser {
    /// The user, as lists show it.
    #[serde(flatten)]
    pub user: UserView,
    /// With a new password: the access that ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedAccess>,
}

/// A page of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserList {
    /// The users, sorted by name.
    pub users: Vec<UserView>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// A user to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// The name; also that of the user's own namespace.
    pub name: String,
    /// The password in plain text; a user without one can only use tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub password: Option<Secret>,
    /// True for an owner of the whole hub; false by default.
    #[serde(default)]
    pub admin: bool,
}

/// The properties to change; those left out keep their values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// True for an owner of the whole hub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin: Option<bool>,
    /// The new password in plain text; it ends all sessions and tokens of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub password: Option<Secret>,
}
