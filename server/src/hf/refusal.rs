//! Errors in the form that these clients understand: a problem document with an `X-Error-Code`.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};

/// What is missing, as a code that these clients map to exceptions.
pub(crate) const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// The revision that the request was resolved to.
pub(crate) const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");

/// The reason in words, which these clients show.
pub(crate) const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-error-message");

/// By this message these clients tell a wrong token from a missing repository.
const BAD_TOKEN: &str = "Invalid credentials in Authorization header";

/// What follows a repository's name in a path of this API.
const BELOW_A_NAME: [&str; 7] =
    ["revision", "tree", "paths-info", "resolve", "refs", "commits", "auth-check"];

/// The answer if no route matches. To these clients, a name without a namespace is a missing repository, and so are
/// models and spaces.
pub async fn no_route(method: Method, uri: Uri, body: Body) -> Response {
    let Some(path) = uri.path().strip_prefix("/hf/") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !matches!(method, Method::GET | Method::HEAD) {
        return read_only(body).await;
    }
    let missing = |detail| Refusal::of_repo(Problem::new(Kind::NotFound, detail)).into_response();
    let data_set = path.strip_prefix("api/datasets/").or_else(|| path.strip_prefix("datasets/"));
    if let Some(rest) = data_set {
        let mut parts = rest.split('/').filter(|part| !part.is_empty()).skip(1);
        let second = parts.next();
        if second.is_none_or(|part| BELOW_A_NAME.contains(&part)) {
            return missing("no such data set; expected its full name, namespace/name");
        }
    } else if path.starts_with("api/models/") || path.starts_with("api/spaces/") || path.contains("/resolve/")
    {
        return missing("this hub has data sets only, no models or spaces");
    }
    let detail = format!(
        "this hub doesn't offer '/{path}' to Hugging Face's clients; see its own API at /api/docs for what it has"
    );
    Refusal::from(Problem::new(Kind::NotFound, detail)).into_response()
}

/// The answer if a route has no such method.
pub async fn no_method(uri: Uri, body: Body) -> Response {
    match uri.path().starts_with("/hf/") {
        true => read_only(body).await,
        false => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// The longest body that is read before a request is refused, in bytes.
const DRAINED_BODY: usize = 64 << 10;

async fn read_only(body: Body) -> Response {
    // A connection whose request wasn't read to its end is closed, and these clients send the next request on it.
    let _ = to_bytes(body, DRAINED_BODY).await;
    let detail =
        "this hub is read-only for Hugging Face's clients; push with `hub push`, or use the hub's own API";
    Refusal::from(Problem::new(Kind::HfReadOnly, detail)).into_response()
}

/// A failed request, with the code for these clients.
#[derive(Clone, Debug)]
pub struct Refusal {
    problem: Problem,
    code: Option<&'static str>,
    sha: Option<String>,
}

impl Refusal {
    /// The data set doesn't exist, or the caller may not see it.
    pub(super) fn of_repo(problem: Problem) -> Self {
        Self::coded(problem, "RepoNotFound")
    }

    /// The data set has no such revision.
    pub(super) fn of_revision(problem: Problem) -> Self {
        Self::coded(problem, "RevisionNotFound")
    }

    /// The revision has no such file.
    pub(super) fn no_entry(path: &str, sha: &str) -> Self {
        let problem = Problem::new(Kind::NotFound, format!("there is no file '{path}' in this revision"));
        Self { problem, code: Some("EntryNotFound"), sha: Some(sha.to_owned()) }
    }

    /// Adds the code to problems of missing things and invalid names; others are not changed.
    fn coded(problem: Problem, code: &'static str) -> Self {
        match problem.kind {
            Kind::NotFound | Kind::BadName => {
                let problem = Problem { kind: Kind::NotFound, ..problem };
                Self { problem, code: Some(code), sha: None }
            }
            _ => problem.into(),
        }
    }
}

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self { problem: error.into(), code: None, sha: None }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let message = match self.problem.kind {
            Kind::Unauthorized => BAD_TOKEN.to_owned(),
            _ => self.problem.detail.clone(),
        };
        let mut response = self.problem.into_response();
        let headers = response.headers_mut();
        if let Ok(message) = HeaderValue::from_str(&message.replace(|c: char| !c.is_ascii_graphic(), " ")) {
            headers.insert(ERROR_MESSAGE, message);
        }
        if let Some(code) = self.code {
            headers.insert(ERROR_CODE, HeaderValue::from_static(code));
        }
        if let Some(sha) = self.sha.and_then(|sha| HeaderValue::from_str(&sha).ok()) {
            headers.insert(REPO_COMMIT, sha);
        }
        response
    }
}
