//! What can go wrong between here and a server, and how to go on.
//!
//! A server says what is wrong in a problem document (RFC 9457); its words come first. What to do is decided by its
//! status, its kind and its members, never by its words, which may change. What comes from a server
//! is shown to a person, so it is cut short and cleaned of control characters: it must not write to a terminal
//! whatever it likes.

use std::time::Duration;

use hub_schema::api::{AccessDenied, Problem};
use reqwest::StatusCode;
use url::Url;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest text of a server that is shown.
const SHOWN_CHARS: usize = 1000;

/// What can go wrong between here and a server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No address of a server.
    #[error("'{text}' is not a server address: {problem}; expected http(s)://host or http(s)://host:port")]
    Address {
        /// What was given.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The server refuses.
    #[error("{server} says: {}", sentence(problem))]
    Refused {
        /// Scheme, host and port.
        server: String,
        /// The status.
        status: StatusCode,
        /// What it says.
        problem: Box<Problem>,
        /// When it may be asked again.
        retry_after: Option<Duration>,
        /// Was a token sent?
        with_token: bool,
    },
    /// No connection, or one that broke.
    #[error("{server}: {}: {}", trouble(error), root(error))]
    Unreachable {
        /// Scheme, host and port.
        server: String,
        /// Why.
        error: reqwest::Error,
    },
    /// Nothing moves.
    #[error("{server}: no data received for {secs} seconds")]
    Silent {
        /// Scheme, host and port.
        server: String,
        /// How long.
        secs: u64,
    },
    /// A transfer that broke, again and again.
    #[error("{server}: the connection broke after {bytes} bytes of {path}, {breaks} times")]
    Broken {
        /// Scheme, host and port.
        server: String,
        /// The object.
        path: String,
        /// Bytes that had come.
        bytes: u64,
        /// How often.
        breaks: u32,
    },
    /// An answer that no hub gives.
    #[error("{server}: not a response of an Image Hub server: {problem}")]
    Strange {
        /// Scheme, host and port.
        server: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Bytes that are not those of their name.
    #[error(
        "{server}: {path} is damaged or was changed on the way: its BLAKE3 is {found}, expected the one in its name"
    )]
    WrongHash {
        /// Scheme, host and port.
        server: String,
        /// The object.
        path: String,
        /// The hash of what came.
        found: String,
    },
    /// The file of credentials.
    #[error("{path}: {problem}")]
    Credentials {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something that a server doesn't let a client do.
    #[error("{0}")]
    NotRemote(&'static str),
}

/// A problem document with texts that can be shown.
pub(super) fn shown_problem(problem: Problem) -> Problem {
    let text = |text: String| shown(&text);
    let AccessDenied { namespace, required_role, role, required_scope, scope, token_namespace } =
        problem.access;
    Problem {
        kind: text(problem.kind),
        title: text(problem.title),
        detail: text(problem.detail),
        instance: text(problem.instance),
        request_id: text(problem.request_id),
        status: problem.status,
        access: AccessDenied {
            namespace: namespace.map(text),
            required_role: required_role.map(text),
            role: role.map(text),
            required_scope: required_scope.map(text),
            scope: scope.map(text),
            token_namespace: token_namespace.map(text),
        },
    }
}

/// Text of a server as it may be shown.
pub(super) fn shown(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = text.chars().take(SHOWN_CHARS).map(clean).collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        out.push('…');
    }
    out
}

fn trouble(error: &reqwest::Error) -> &'static str {
    if error.is_connect() { "can't be reached" } else { "the connection broke" }
}

/// The error beneath all others: those above it only say that something failed.
pub(super) fn root(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn sentence(problem: &Problem) -> String {
    let Problem { title, detail, request_id, .. } = problem;
    let mut text = match (title.is_empty(), detail.is_empty()) {
        (_, true) => title.clone(),
        (true, false) => detail.clone(),
        (false, false) => format!("{title}: {detail}"),
    };
    if is_of_the_server(problem) && !request_id.is_empty() {
        text += &format!(" (request {request_id})");
    }
    text
}

/// Is the request all right, and the server at fault?
fn is_of_the_server(problem: &Problem) -> bool {
    matches!(problem.slug(), "internal" | "damaged" | "store-down" | "database-down")
}

/// Scheme, host and port of an address.
pub(super) fn server_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl Error {
    /// An answer that no hub gives.
    pub(super) fn strange(url: &Url, problem: impl Into<String>) -> Self {
        Self::Strange { server: server_of(url), problem: shown(&problem.into()) }
    }

    /// The status that a server gives which knows nothing of the interface.
    pub(super) fn no_hub(url: &Url, status: StatusCode) -> Self {
        Self::strange(
            url,
            format!(
                "{status} at {}: this is not an Image Hub server, or one older than this program",
                url.path()
            ),
        )
    }

    /// No connection, or one that broke. The address is left out: it may hold a signature.
    pub(super) fn unreachable(url: &Url, error: reqwest::Error) -> Self {
        Self::Unreachable { server: server_of(url), error: error.without_url() }
    }

    /// The status of a refusal.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Is it refused with this status?
    pub fn is(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// Could the same call work in a moment?
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { error, .. } => !error.is_builder() && !error.is_redirect(),
            Self::Silent { .. } | Self::Broken { .. } => true,
            Self::Refused { status, problem, .. } => {
                let passing = matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504);
                passing && problem.slug() != "damaged"
            }
            _ => false,
        }
    }

    /// Was there no server at all?
    pub(super) fn is_no_connection(&self) -> bool {
        matches!(self, Self::Unreachable { error, .. } if error.is_connect())
    }

    /// Was it waited for in vain?
    pub(super) fn is_slow(&self) -> bool {
        match self {
            Self::Silent { .. } => true,
            Self::Unreachable { error, .. } => error.is_timeout(),
            _ => false,
        }
    }

    /// When the server wants to be asked again.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The error for a store.
    pub(super) fn of_object(self, path: &str) -> object_store::Error {
        let path = path.to_owned();
        match self.status().map(|status| status.as_u16()) {
            Some(404) => object_store::Error::NotFound { path, source: self.into() },
            Some(401) => object_store::Error::Unauthenticated { path, source: self.into() },
            Some(403) => object_store::Error::PermissionDenied { path, source: self.into() },
            _ => object_store::Error::Generic { store: "hub", source: self.into() },
        }
    }

    /// The first error between here and a server in a chain of causes.
    pub fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_can_not_write_to_a_terminal() {
        assert_eq!(shown("a\x1b[2Jb\nc"), "a [2Jb c");
        assert_eq!(shown(&"x".repeat(5000)).chars().count(), SHOWN_CHARS + 1);
    }

    #[test]
    fn problems_become_sentences() {
        let json = r#"{"type":"/problems/bad-commit","title":"The commit is refused","status":422,
            "detail":"no parent","instance":"/x","request_id":"r1"}"#;
        let problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!(problem.slug(), "bad-commit");
        assert_eq!(sentence(&problem), "The commit is refused: no parent");
        let problem = Problem { kind: "/problems/internal".into(), ..problem };
        assert_eq!(sentence(&problem), "The commit is refused: no parent (request r1)");
    }
}
