//! Hints: how to go on after a request to a server failed.
//!
//! The hint of an error response follows the problem's type and members, never its texts: a user without the role is
//! pointed to an owner, a user whose token allows less than the role to `hub login`, and where nothing can be done
//! there is no hint. For an older server, whose problems lack the members, there is one hint for all refusals. Where
//! the two sides don't understand each other at all, they most likely speak different protocols (http and https), and
//! the hint names the other.

use hub_schema::api::AccessDenied;
use hub_schema::{DatasetName, Role, Scope};

use super::error::{Error, root};

impl Error {
    /// A sentence or command that says how to go on; `None` where there is nothing to try.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused { server, status, problem, with_token, .. } => {
                match (status.as_u16(), problem.slug(), with_token) {
                    (400, "", _) => other_protocol(server, "http://", "https://"),
                    (401, "bad-login", _) => Some(
                        "check both and try again; an owner of the hub can set a new password: hub user passwd NAME"
                            .to_owned(),
                    ),
                    (401, _, false) => Some(format!("hub login {server}")),
                    (401, _, true) if is_set("HUB_TOKEN") => Some(format!(
                        "HUB_TOKEN is set, and {server} doesn't take it: unset it to use the stored login, or set it to \
                         a valid token (hub token create NAME)"
                    )),
                    (401, _, true) => {
                        Some(format!("the token is expired or revoked; create a new one: hub login {server}"))
                    }
                    (403, "forbidden", _) => Some(forbidden(server, &problem.access)),
                    (404, "not-found", false) => {
                        Some(format!("to see private data sets, log in: hub login {server}"))
                    }
                    _ => None,
                }
            }
            Self::Unreachable { server, error } => unreachable(server, &root(error), error.is_connect()),
            Self::Silent { server, .. } => Some(is_it_running(server)),
            Self::WrongHash { .. } => {
                Some("try again; if it fails again, run `hub fsck` on the server's machine".to_owned())
            }
            _ => None,
        }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// What would permit the refused request.
fn forbidden(server: &str, access: &AccessDenied) -> String {
    precise(server, access).unwrap_or_else(|| {
        format!(
            "this needs another role or a token of a wider scope: an owner of a namespace gives roles (hub member add \
             NAMESPACE YOU --role ROLE), and a token that may do all that you may is created by: hub login {server}"
        )
    })
}

/// What would permit the refused request, as far as the members tell; `None` where this version doesn't know them.
fn precise(server: &str, access: &AccessDenied) -> Option<String> {
    let scope: Scope = access.required_scope.as_deref()?.parse().ok()?;
    match access.required_role.as_deref() {
        None => {
            let everywhere = if access.token_namespace.is_some() { ", valid in all namespaces," } else { "" };
            Some(format!("a token of scope {scope}{everywhere} is created by: hub login {server}"))
        }
        Some(AccessDenied::ADMIN) if access.has_role() => Some(format!(
            "a token of scope {scope}, valid in all namespaces, is created by: hub login {server}"
        )),
        Some(AccessDenied::ADMIN) => {
            Some(format!("as an owner of the hub, with a token of scope {scope}: hub login {server}"))
        }
        Some(role) => in_namespace(server, access, role.parse().ok()?),
    }
}

/// What would permit a request that needs a role in a namespace.
fn in_namespace(server: &str, access: &AccessDenied, role: Role) -> Option<String> {
    // The namespace becomes part of a command that a person may copy, so it must be a valid name.
    let namespace = access.namespace.as_deref()?;
    let is_name =
        format!("{namespace}/name").parse().is_ok_and(|name: DatasetName| name.namespace() == namespace);
    if !is_name {
        return None;
    }
    let token = match access.token_namespace.as_deref() {
        Some(other) if other != namespace => Some("your token is valid in another namespace only"),
        _ => access.lacks_scope().then_some("your token's scope is too narrow"),
    };
    let token = token.map(|what| format!("{what}: hub login {server}"));
    if access.has_role() {
        return token;
    }
    let token = token.map(|token| format!("; {token}")).unwrap_or_default();
    Some(format!(
        "an owner of the namespace can give you the role: hub member add {namespace} YOU --role {role}{token}"
    ))
}

fn unreachable(server: &str, why: &str, is_connect: bool) -> Option<String> {
    if why.contains("UnknownIssuer") {
        return Some(
            "its certificate is not signed by an authority that this machine trusts; add the authority to the system's \
             certificates, or name a file of those to trust: SSL_CERT_FILE=ca.pem"
                .to_owned(),
        );
    }
    if why.contains("CaUsedAsEndEntity") {
        return Some(
            "its certificate is that of an authority (CA:TRUE), which a server's must not be; a self-signed one is \
             made with basicConstraints=CA:FALSE"
                .to_owned(),
        );
    }
    if why.contains("invalid peer certificate") {
        return None;
    }
    if why.contains("received corrupt message") {
        return other_protocol(server, "https://", "http://");
    }
    if why.contains("invalid HTTP version") {
        return other_protocol(server, "http://", "https://");
    }
    // Some servers that expect TLS close the connection without a response.
    match other_protocol(server, "http://", "https://") {
        Some(other) if !is_connect => Some(format!("{}; {other}", is_it_running(server))),
        _ => Some(is_it_running(server)),
    }
}

fn is_it_running(server: &str) -> String {
    format!("is it running? check {server}/healthz, or start one with `hub serve`")
}

fn other_protocol(server: &str, spoken: &str, other: &str) -> Option<String> {
    let host = server.strip_prefix(spoken)?;
    let name = other.trim_end_matches("://");
    Some(format!("does it speak {name}? try {other}{host}"))
}

#[cfg(test)]
mod tests {
    use hub_schema::api::Problem;
    use reqwest::StatusCode;

    use super::*;

    /// The hint for a user with a token, from a server whose texts say nothing.
    fn refused(status: StatusCode, kind: &str, access: AccessDenied) -> Option<String> {
        let detail = "xyzzy plugh".to_owned();
        let problem = Box::new(Problem { kind: kind.into(), detail, access, ..Problem::default() });
        let server = "http://hub.example:80".to_owned();
        Error::Refused { server, status, problem, retry_after: None, with_token: true }.hint()
    }

    fn forbidden(access: AccessDenied) -> String {
        refused(StatusCode::FORBIDDEN, "/problems/forbidden", access).unwrap()
    }

    fn text(word: &str) -> Option<String> {
        Some(word.to_owned())
    }

    /// A role is needed in `vision`, by a user who has the role `held` and a token of this scope.
    fn in_vision(role: Role, held: Option<Role>, scope: Option<Scope>) -> AccessDenied {
        AccessDenied {
            namespace: text("vision"),
            required_role: Some(role.to_string()),
            role: held.map(|role| role.to_string()),
            required_scope: Some(role.scope().to_string()),
            scope: scope.map(|scope| scope.to_string()),
            token_namespace: None,
        }
    }

    #[test]
    fn who_lacks_a_role_is_told_who_gives_it() {
        for role in Role::ALL {
            let hint = forbidden(in_vision(*role, None, Some(Scope::Admin)));
            assert!(hint.ends_with(&format!("hub member add vision YOU --role {role}")), "{hint}");
        }
        let hint = forbidden(in_vision(Role::Writer, Some(Role::Reader), Some(Scope::Read)));
        assert!(hint.contains("hub member add vision YOU --role writer; your token's scope"), "{hint}");
    }

    #[test]
    fn who_has_the_role_is_told_of_the_token() {
        let hint = forbidden(in_vision(Role::Writer, Some(Role::Owner), Some(Scope::Read)));
        assert_eq!(hint, "your token's scope is too narrow: hub login http://hub.example:80");
        let elsewhere = in_vision(Role::Writer, Some(Role::Owner), Some(Scope::Admin));
        let hint = forbidden(AccessDenied { token_namespace: text("audio"), ..elsewhere });
        assert_eq!(hint, "your token is valid in another namespace only: hub login http://hub.example:80");
    }

    #[test]
    fn owners_of_the_hub_and_of_an_account_need_a_token_for_all() {
        let admin = AccessDenied {
            required_role: text("admin"),
            required_scope: text("admin"),
            scope: text("admin"),
            ..AccessDenied::default()
        };
        let hint = forbidden(admin.clone());
        assert!(hint.starts_with("as an owner of the hub") && !hint.contains("member add"), "{hint}");
        let hint = forbidden(AccessDenied { role: text("admin"), scope: text("write"), ..admin });
        assert!(hint.starts_with("a token of scope admin, valid in all namespaces, is created by"), "{hint}");
        let account =
            AccessDenied { required_scope: text("admin"), scope: text("read"), ..AccessDenied::default() };
        assert!(forbidden(account).starts_with("a token of scope admin is created by"));
    }

    #[test]
    fn members_that_say_nothing_known_give_the_general_hint() {
        let general = forbidden(AccessDenied::default());
        assert!(general.contains("hub member add NAMESPACE YOU --role ROLE"), "{general}");
        assert!(general.ends_with("hub login http://hub.example:80"), "{general}");
        let vision = in_vision(Role::Writer, None, Some(Scope::Read));
        for namespace in ["a; rm -rf x", "a/b", "", "$(x)"] {
            let access = AccessDenied { namespace: text(namespace), ..vision.clone() };
            assert_eq!(forbidden(access), general, "{namespace}");
        }
        assert_eq!(forbidden(AccessDenied { required_role: text("king"), ..vision.clone() }), general);
        assert_eq!(forbidden(AccessDenied { required_scope: text("all"), ..vision }), general);
        // No role or scope permits changing these.
        let read_only = refused(StatusCode::FORBIDDEN, "/problems/read-only", AccessDenied::default());
        assert_eq!(read_only, None);
    }

    #[test]
    fn another_protocol_is_named() {
        let hint = refused(StatusCode::BAD_REQUEST, "", AccessDenied::default()).unwrap();
        assert_eq!(hint, "does it speak https? try https://hub.example:80");
        assert_eq!(refused(StatusCode::BAD_REQUEST, "about:blank", AccessDenied::default()), None);
        let hint =
            unreachable("https://h:1", "received corrupt message of type InvalidContentType", true).unwrap();
        assert_eq!(hint, "does it speak http? try http://h:1");
        let hint = unreachable("https://h", "invalid peer certificate: UnknownIssuer", true).unwrap();
        assert!(hint.contains("SSL_CERT_FILE"), "{hint}");
        assert_eq!(unreachable("https://h", "invalid peer certificate: Expired", true), None);
        let broken = |is_connect| unreachable("http://h", "Connection reset by peer", is_connect).unwrap();
        assert!(broken(true).contains("/healthz") && !broken(true).contains("https"));
        assert!(broken(false).ends_with("; does it speak https? try https://h"));
    }
}
