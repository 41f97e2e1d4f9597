//! Errors in the form that these clients understand: a problem document with an `X-Error-Code`.

use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};

/// What is missing, as a code that these clients map to exceptions.
pub(crate) const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// The revision that the request was resolved to.
pub(crate) const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");

/// The answer if no route matches. To these clients, a name without a namespace is a missing data set.
pub async fn no_route(uri: Uri) -> Response {
    if uri.path().starts_with("/hf/") {
        let detail = "no such route; expected a data set's full name, namespace/name";
        return Refusal::of_repo(Problem::new(Kind::NotFound, detail)).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
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
        let mut response = self.problem.into_response();
        let headers = response.headers_mut();
        if let Some(code) = self.code {
            headers.insert(ERROR_CODE, HeaderValue::from_static(code));
        }
        if let Some(sha) = self.sha.and_then(|sha| HeaderValue::from_str(&sha).ok()) {
            headers.insert(REPO_COMMIT, sha);
        }
        response
    }
}
