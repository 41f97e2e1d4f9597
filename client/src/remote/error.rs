//! The errors of requests to a server.
//!
//! A server reports an error as a problem document (RFC 9457), whose title and detail are shown first. What to do is
//! decided by its status, its type and its members, never by its texts, which may change. A server's texts are
//! shown to a person, so they are shortened and cleaned of control characters: they must not control the terminal.

use std::time::Duration;

use hub_schema::api::{AccessDenied, Problem};
use reqwest::StatusCode;
use url::Url;

/// The result of a request to a server.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest text of a server that is shown.
const SHOWN_CHARS: usize = 1000;

/// Why a request to a server failed. `server` is scheme, host and port throughout.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text is not a server's address.
    #[error("'{text}' is not a server address: {problem}; expected http(s)://host or http(s)://host:port")]
    Address {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The server responded with an error status.
    #[error("{server} says: {}", sentence(problem))]
    Refused {
        /// The server's address.
        server: String,
        /// The HTTP status.
        status: StatusCode,
        /// The problem document; only a title where the response had none.
        problem: Box<Problem>,
        /// The pause that the server requests before the next try.
        retry_after: Option<Duration>,
        /// Whether a token was sent.
        with_token: bool,
    },
    /// No connection, or one that broke.
    #[error("{server}: {}: {}", trouble(error), root(error))]
    Unreachable {
        /// The server's address.
        server: String,
        /// The HTTP client's error, without the URL, which may hold a signature.
        error: reqwest::Error,
    },
    /// No bytes were sent or received for too long.
    #[error("{server}: no data received for {secs} seconds")]
    Silent {
        /// The server's address.
        server: String,
        /// The time limit, in seconds.
        secs: u64,
    },
    /// A transfer that broke too often.
    #[error("{server}: the connection broke after {bytes} bytes of {path}, {breaks} times")]
    Broken {
        /// The server's address.
        server: String,
        /// The object's path in the data set.
        path: String,
        /// Bytes that were received before the last break.
        bytes: u64,
        /// The number of broken connections.
        breaks: u32,
    },
    /// A response that doesn't follow the hub's protocol.
    #[error("{server}: not a response of an Image Hub server: {problem}")]
    Strange {
        /// The server's address.
        server: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An object whose bytes don't have the hash that it is named by.
    #[error(
        "{server}: {path} is damaged or was changed on the way: its BLAKE3 is {found}, expected the one in its name"
    )]
    WrongHash {
        /// The server's address.
        server: String,
        /// The object's path in the data set.
        path: String,
        /// The BLAKE3 hash (hex) of the received bytes.
        found: String,
    },
    /// The credentials file can't be used, or `HUB_TOKEN` is not a token.
    #[error("{path}: {problem}")]
    Credentials {
        /// The file, or `HUB_TOKEN`.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An operation of object stores that servers don't offer.
    #[error("{0}")]
    NotRemote(&'static str),
}

/// A problem document with texts that can be shown; see [`shown`].
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
        // Their values are for pages, and no text that is shown.
        conflicts: Vec::new(),
    }
}

/// A server's text, shortened and without control characters.
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

/// The innermost cause; the errors around it only say that something failed.
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

/// Whether the server is at fault and not the request.
fn is_of_the_server(problem: &Problem) -> bool {
    matches!(problem.slug(), "internal" | "damaged" | "store-down" | "database-down")
}

/// Scheme, host and port of an address.
pub(super) fn server_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

impl Error {
    /// A response that doesn't follow the hub's protocol.
    pub(super) fn strange(url: &Url, problem: impl Into<String>) -> Self {
        Self::Strange { server: server_of(url), problem: shown(&problem.into()) }
    }

    /// A status of a server that doesn't know the API.
    pub(super) fn no_hub(url: &Url, status: StatusCode) -> Self {
        Self::strange(
            url,
            format!(
                "{status} at {}: this is not an Image Hub server, or one older than this program",
                url.path()
            ),
        )
    }

    /// No connection, or one that broke. The URL is left out: it may hold a signature.
    pub(super) fn unreachable(url: &Url, error: reqwest::Error) -> Self {
        Self::Unreachable { server: server_of(url), error: error.without_url() }
    }

    /// The HTTP status of an error response; `None` for other errors.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether it is an error response with this status.
    pub fn is(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// Whether the same request may succeed when it is tried again: broken connections, 408, 429, most 5xx.
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

    /// Whether no connection was made at all.
    pub(super) fn is_no_connection(&self) -> bool {
        matches!(self, Self::Unreachable { error, .. } if error.is_connect())
    }

    /// Whether a time limit ran out.
    pub(super) fn is_slow(&self) -> bool {
        match self {
            Self::Silent { .. } => true,
            Self::Unreachable { error, .. } => error.is_timeout(),
            _ => false,
        }
    }

    /// The pause that the server requests before the next try.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The error as one of the object store that a [`hub_dataset::Store`] is built on.
    pub(super) fn of_object(self, path: &str) -> object_store::Error {
        let path = path.to_owned();
        match self.status().map(|status| status.as_u16()) {
            Some(404) => object_store::Error::NotFound { path, source: self.into() },
            Some(401) => object_store::Error::Unauthenticated { path, source: self.into() },
            Some(403) => object_store::Error::PermissionDenied { path, source: self.into() },
            _ => object_store::Error::Generic { store: "hub", source: self.into() },
        }
    }

    /// The first error of this type in a chain of causes.
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
