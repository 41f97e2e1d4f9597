//! Why a request is refused, in the words these clients know.

use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};

/// What is missing.
pub(crate) const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// The revision that was meant.
pub(crate) const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");

/// The answer where no route leads: to these clients, a name without a namespace is a data set that is missing.
pub async fn nothing_here(uri: Uri) -> Response {
    if uri.path().starts_with("/hf/") {
        let detail = "there is nothing at this address; a data set is named by two words, namespace/name";
        return Refusal::of_repo(Problem::new(Kind::NotFound, detail)).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    problem: Problem,
    code: Option<&'static str>,
    sha: Option<String>,
}

impl Refusal {
    /// There is no such data set, or the caller may not know of it.
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

    /// What is not there, or has a name that nothing has, gets the code; all else is what it is.
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
