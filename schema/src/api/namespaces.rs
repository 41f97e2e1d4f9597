//! Namespaces and their members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Role;

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespaceView {
    /// Its name.
    pub name: String,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
}

/// Namespaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespaceList {
    /// The namespaces, by name.
    pub namespaces: Vec<NamespaceView>,
    /// What to give as `cursor` to go on; null at the end.
    pub next: Option<String>,
}

/// A namespace to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateNamespace {
    /// Its name: 1 to 96 of `a-z A-Z 0-9 . _ -`, beginning with a letter or digit.
    pub name: String,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// The user's name.
    pub user: String,
    /// What the user may do in the namespace: `reader`, `writer` or `owner`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
}

/// Members of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberList {
    /// The members, by name.
    pub members: Vec<MemberView>,
}

/// What a member may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    /// `reader` (reads private data sets), `writer` (pushes to them) or `owner` (renames, deletes, manages members).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: Role,
}
