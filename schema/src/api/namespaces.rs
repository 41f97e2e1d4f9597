//! Namespaces and their members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Role;

/// A namespace as lists show it: an owner of data sets, with members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespaceView {
    /// The name, unique in the hub.
    pub name: String,
    /// Time of creation, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
}

/// A page of namespaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespaceList {
    /// The namespaces, sorted by name.
    pub namespaces: Vec<NamespaceView>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// A namespace to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateNamespace {
    /// The name: 1 to 96 of `a-z A-Z 0-9 . _ -`, beginning with a letter or digit.
    pub name: String,
}

/// A member of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// The name of the user.
    pub user: String,
    /// The user's role in the namespace: `reader`, `writer` or `owner`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
}

/// All members of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberList {
    /// The members, sorted by name.
    pub members: Vec<MemberView>,
}

/// The role to give to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    /// `reader` (reads private data sets), `writer` (pushes to them) or `owner` (renames, deletes, manages members).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
}
