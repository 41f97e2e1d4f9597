//! What went wrong with a request, as a problem document (RFC 9457): `application/problem+json`.
//!
//! Programs decide by [`Problem::slug`] and by the extension members of [`AccessDenied`]; `title` and `detail` are for
//! people, and their wording may change with any version. Members are plain strings: an older client must still be
//! able to read a document that names a role which it doesn't know.

use serde::{Deserialize, Serialize};

use super::edits::RowConflictView;
use crate::access::{Role, Scope};

/// A problem document (RFC 9457): why a request failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Problem {
    /// The kind of problem, as a stable URI reference.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "/problems/not-found", required))]
    pub kind: String,
    /// The kind of problem, as a short text for people.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub title: String,
    /// The HTTP status of the answer.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub status: u16,
    /// What failed in this request, and how to go on.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub detail: String,
    /// The path of the request.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub instance: String,
    /// The request's id, as in the server's log.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub request_id: String,
    /// The missing role or scope, if the request was refused for that.
    #[serde(flatten)]
    pub access: AccessDenied,
    /// The rows that others changed, if changes of rows were refused for that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<RowConflictView>,
}

/// The missing role or scope: extension members of a problem of kind `forbidden`.
///
/// All are left out of other problems, and of a refusal that no role or scope would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct AccessDenied {
    /// The namespace in which `required_role` is needed; missing if that is `admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The lowest role that may do this: `reader`, `writer` or `owner` of `namespace`, or `admin`, an owner of the whole
    /// hub. Missing if any user may do it, with a session or a token of `required_scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_role: Option<String>,
    /// The caller's role in `namespace`, or `admin` for an owner of the whole hub. It doesn't depend on the token. Missing
    /// if the caller has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The lowest token scope that may do this: `read`, `write` or `admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_scope: Option<String>,
    /// The scope of the request's token; missing with a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The only namespace in which the request's token is valid; missing if it is valid in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_namespace: Option<String>,
}

impl Problem {
    /// The last segment of `type`, for example `not-found`.
    pub fn slug(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}

impl AccessDenied {
    /// The value of `role` and `required_role` that stands for an owner of the whole hub.
    pub const ADMIN: &str = "admin";

    /// Are all members missing? Servers older than these members never send any.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Does the caller have the required role, so that only the token is insufficient?
    pub fn has_role(&self) -> bool {
        let rank = |role: &Option<String>| match role.as_deref() {
            None => Some(None),
            Some(Self::ADMIN) => Some(Some(Self::ABOVE_ALL)),
            Some(role) => role.parse::<Role>().ok().map(|role| Some(role as u8)),
        };
        match (rank(&self.required_role), rank(&self.role)) {
            (Some(required), Some(held)) => held >= required,
            _ => false,
        }
    }

    /// Is the scope of the request's token too low? False with a session.
    pub fn lacks_scope(&self) -> bool {
        let scope = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Scope>().ok());
        match (scope(&self.required_scope), scope(&self.scope)) {
            (Some(required), Some(held)) => held < required,
            _ => false,
        }
    }

    /// The rank of `admin`: above all roles in a namespace.
    const ABOVE_ALL: u8 = u8::MAX;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(required: &str, role: Option<&str>) -> AccessDenied {
        AccessDenied {
            required_role: Some(required.to_owned()),
            role: role.map(str::to_owned),
            ..AccessDenied::default()
        }
    }

    #[test]
    fn roles_are_compared() {
        assert!(denied("writer", Some("owner")).has_role());
        assert!(denied("writer", Some("writer")).has_role());
        assert!(denied("admin", Some("admin")).has_role() && denied("owner", Some("admin")).has_role());
        for (required, role) in
            [("writer", Some("reader")), ("reader", None), ("admin", Some("owner")), ("king", Some("owner"))]
        {
            assert!(!denied(required, role).has_role(), "{required} {role:?}");
        }
        let any = AccessDenied { scope: Some("read".into()), ..AccessDenied::default() };
        assert!(any.has_role() && !any.lacks_scope());
        assert!(AccessDenied { required_scope: Some("write".into()), ..any }.lacks_scope());
    }

    #[test]
    fn members_stand_beside_the_others_and_only_where_they_are_set() {
        let problem = Problem { kind: "/problems/forbidden".into(), ..Problem::default() };
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 6, "{json}");
        let access = denied("writer", None);
        let json = serde_json::to_value(Problem { access: access.clone(), ..problem }).unwrap();
        assert_eq!(json["required_role"], "writer");
        let back: Problem = serde_json::from_value(json).unwrap();
        assert_eq!((back.access, back.kind.as_str()), (access, "/problems/forbidden"));
        // A document of another server, with an unknown member.
        let other: Problem = serde_json::from_str(r#"{"title": "No", "balance": 30}"#).unwrap();
        assert!(other.access.is_empty() && other.title == "No");
    }
}
