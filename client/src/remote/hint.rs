//! How to go on after an error between here and a server.
//!
//! A refusal's hint follows the server's reason: who lacks a role is told who can give it, who has a token of too
//! small a scope is told of that, and where there is nothing to try there is no hint. Where no word was
//! understood, the two sides most likely speak different protocols, and the hint names the other.

use super::error::{Error, Problem, root};

/// Ends of the server's words about namespaces, and the role that each asks for.
const ROLES: [(&str, &str); 3] = [
    ("a reader, writer or owner of namespace '", "reader"),
    ("a writer or owner of namespace '", "writer"),
    ("an owner of namespace '", "owner"),
];

impl Error {
    /// How to go on.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused { server, status, problem, with_token, .. } => {
                match (status.as_u16(), problem.slug(), with_token) {
                    (400, "", _) => other_protocol(server, "http://", "https://"),
                    (401, "bad-login", _) => Some(
                        "check both and try again; an owner of the hub can set another: hub user passwd NAME"
                            .to_owned(),
                    ),
                    (401, _, false) => Some(format!("hub login {server}")),
                    (401, _, true) => Some(format!(
                        "the token has run out or was revoked; get a new one: hub login {server}"
                    )),
                    (403, "forbidden", _) => forbidden(server, problem),
                    (404, "not-found", false) => {
                        Some(format!("private data sets are seen after: hub login {server}"))
                    }
                    _ => None,
                }
            }
            Self::Unreachable { server, error } => unreachable(server, &root(error), error.is_connect()),
            Self::Silent { server, .. } => Some(is_it_running(server)),
            Self::WrongHash { .. } => {
                Some("try again; if it stays, run `hub fsck` on the server's machine".to_owned())
            }
            _ => None,
        }
    }
}

/// What lets somebody do what was refused; none where nothing does.
fn forbidden(server: &str, problem: &Problem) -> Option<String> {
    let detail = problem.detail.as_str();
    for (words, role) in ROLES {
        if let Some((_, rest)) = detail.split_once(words) {
            let namespace = rest.split('\'').next().filter(|name| !name.is_empty())?;
            return Some(format!(
                "an owner of it can give you the role: hub member add {namespace} YOU --role {role}; if you have \
                 it, your token's scope is too small: hub login {server}"
            ));
        }
    }
    if detail.contains("an owner of the hub") {
        return Some(format!("as an owner of the hub, with a token of scope admin: hub login {server}"));
    }
    detail.contains("scope admin").then(|| format!("a token of scope admin is made by: hub login {server}"))
}

fn unreachable(server: &str, why: &str, is_connect: bool) -> Option<String> {
    if why.contains("UnknownIssuer") {
        return Some(
            "its certificate is signed by nobody whom this machine trusts; add the signer to the system's \
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
    // Some that expect TLS hang up without a word.
    match other_protocol(server, "http://", "https://") {
        Some(other) if !is_connect => Some(format!("{}; {other}", is_it_running(server))),
        _ => Some(is_it_running(server)),
    }
}

fn is_it_running(server: &str) -> String {
    format!("is it running? {server}/healthz tells; `hub serve` starts one")
}

fn other_protocol(server: &str, spoken: &str, other: &str) -> Option<String> {
    let host = server.strip_prefix(spoken)?;
    let name = other.trim_end_matches("://");
    Some(format!("does it speak {name}? try {other}{host}"))
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn refused(status: StatusCode, kind: &str, detail: &str) -> Option<String> {
        let problem = Problem { kind: kind.into(), detail: detail.into(), ..Problem::default() };
        let server = "http://hub.example:80".to_owned();
        let problem = Box::new(problem);
        Error::Refused { server, status, problem, retry_after: None, with_token: true }.hint()
    }

    #[test]
    fn a_refusal_is_followed_by_what_helps() {
        let forbidden = |detail: &str| refused(StatusCode::FORBIDDEN, "/problems/forbidden", detail);
        let rest = "of namespace 'vision' may do this, with a session or a token whose scope allows it";
        for (who, role) in
            [("a reader, writer or owner", "reader"), ("a writer or owner", "writer"), ("an owner", "owner")]
        {
            let hint = forbidden(&format!("only {who} {rest}")).unwrap();
            assert!(hint.contains(&format!("hub member add vision YOU --role {role};")), "{hint}");
            assert!(hint.contains("token's scope"), "{hint}");
        }
        let hint =
            forbidden("only an owner of the hub may do this, with a session or an admin token").unwrap();
        assert!(hint.starts_with("as an owner of the hub") && !hint.contains("member add"), "{hint}");
        let hint = forbidden("this takes a session, or a token of scope admin").unwrap();
        assert!(hint.starts_with("a token of scope admin is made by"), "{hint}");
        assert_eq!(forbidden("only tags can be removed"), None);
    }

    #[test]
    fn another_protocol_is_named() {
        let hint = refused(StatusCode::BAD_REQUEST, "", "").unwrap();
        assert_eq!(hint, "does it speak https? try https://hub.example:80");
        assert_eq!(refused(StatusCode::BAD_REQUEST, "about:blank", "no"), None);
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
