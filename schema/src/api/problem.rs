//! What went wrong with a request, as a problem document (RFC 9457): `application/problem+json`.
//!
//! Programs decide by [`Problem::slug`] and by the extension members of [`AccessDenied`]; `title` and `detail` are for
//! people, and their words may change with any version. Members are plain strings: a role that an older client
//! doesn't know must not hide the rest of the document from it.

use serde::{Deserialize, Serialize};

use crate::access::{Role, Scope};

/// A problem document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Problem {
    /// The kind of problem; stable, and the address of its description.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "/problems/not-found", required))]
    pub kind: String,
    /// The kind in words.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub title: String,
    /// The status of the answer.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub status: u16,
    /// What happened, and how to go on.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub detail: String,
    /// The path of the request.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub instance: String,
    /// The request's id, as it is in the server's log.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub request_id: String,
    /// What the caller lacks, where that is why the request was refused.
    #[serde(flatten)]
    pub access: AccessDenied,
}

/// What the caller lacks: extension members of a problem of kind `forbidden`.
///
/// All are left out of other problems, and of a refusal that no role and no scope would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct AccessDenied {
    /// The namespace in which `required_role` is needed; missing where that is `admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The least role that may do this: `reader`, `writer` or `owner` of `namespace`, or `admin`, an owner of the whole
    /// hub. Missing where any user may do it, with a session or a token of `required_scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_role: Option<String>,
    /// The role that the caller has: in `namespace`, or `admin` for an owner of the whole hub. It doesn't depend on the
    /// token. Missing where the caller has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The least scope of a token that may do this: `read`, `write` or `admin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_scope: Option<String>,
    /// The scope of the token that the request carried; missing with a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The only namespace that the request's token is good in; missing where it is good in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_namespace: Option<String>,
}

impl Problem {
    /// The end of its kind: `not-found`.
    pub fn slug(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}

impl AccessDenied {
    /// What an owner of the whole hub has, as a role.
    pub const ADMIN: &str = "admin";

    /// Does it say nothing? A server that is older than these members never says anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Has the caller the role that is needed, so that only the token is in the way?
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

    /// Is the scope of the request's token too small? False with a session.
    pub fn lacks_scope(&self) -> bool {
        let scope = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Scope>().ok());
        match (scope(&self.required_scope), scope(&self.scope)) {
            (Some(required), Some(held)) => held < required,
            _ => false,
        }
    }

    /// A rank above all roles in a namespace.
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
        // Of another server, with members of its own.
        let other: Problem = serde_json::from_str(r#"{"title": "No", "balance": 30}"#).unwrap();
        assert!(other.access.is_empty() && other.title == "No");
    }
}
