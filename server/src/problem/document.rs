use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub_schema::api::{self, AccessDenied, RowConflictView};

use super::Kind;

pub type Result<T, E = Problem> = std::result::Result<T, E>;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", kind.title())]
pub struct Problem {
    pub kind: Kind,
    /// What failed, and how to go on.
    pub detail: String,
    /// The missing role or scope, if that is the reason.
    pub access: Option<Box<AccessDenied>>,
    /// The rows that others changed, if that is the reason.
    pub conflicts: Vec<RowConflictView>,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), access: None, conflicts: Vec::new() }
    }

    /// The caller lacks a role, or the request's token lacks a scope.
    pub fn forbidden(access: AccessDenied, detail: impl Into<String>) -> Self {
        Self { access: Some(Box::new(access)), ..Self::new(Kind::Forbidden, detail) }
    }

    /// It doesn't exist, or the caller may not see it. The text reads "there is no {what}, or you may not see it".
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("there is no {what}, or you may not see it"))
    }

    /// The request's syntax is wrong.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, detail)
    }

    /// The request is well-formed, but can't be carried out.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail)
    }
}

/// The answer with a problem's document.
pub fn document(problem: Problem, instance: &str, request_id: &str) -> Response {
    let status = problem.kind.status();
    let document = api::Problem {
        kind: format!("/problems/{}", problem.kind.slug()),
        title: problem.kind.title().to_owned(),
        status: status.as_u16(),
        detail: problem.detail,
        instance: instance.to_owned(),
        request_id: request_id.to_owned(),
        access: problem.access.map(|access| *access).unwrap_or_default(),
        conflicts: problem.conflicts,
    };
    let media_type = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, media_type)], Json(document)).into_response()
}

/// An empty answer that carries the problem; [`crate::http::middleware::problems`] writes the document.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        for (name, value) in self.kind.headers() {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response.extensions_mut().insert(self);
        response
    }
}
