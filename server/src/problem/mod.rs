//! What went wrong, as a problem document (RFC 9457): `application/problem+json`.
//!
//! A handler returns a [`Problem`]: which of the [`Kind`]s it is, and a sentence for the person who made the
//! request. The kind decides status, `type` and title, in one table. What the request was, and its id, are
//! added on the way out by [`crate::middleware::problems`], which also turns the plain answers of the
//! framework (no such route, a body that is too long) into problem documents. So a client meets one form,
//! [`hub_schema::api::Problem`].
//!
//! Programs decide by the kind and by extension members, never by the sentence: a refusal for want of a role or a scope
//! says in members what is needed and what the caller has ([`AccessDenied`]).
//!
//! What a stranger may not know is never in a `detail`: errors of the database or the store are logged with
//! the request's id, and the answer names that id.

mod from;
mod kind;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub_schema::api::{self, AccessDenied};

pub use from::{chain, disk, internal};
pub use kind::Kind;

/// What a handler returns.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// Something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", kind.title())]
pub struct Problem {
    /// Which kind of problem.
    pub kind: Kind,
    /// What happened, and how to go on.
    pub detail: String,
    /// What the caller lacks, where that is why.
    pub access: Option<Box<AccessDenied>>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), access: None }
    }

    /// The caller lacks a role, or the request's token a scope.
    pub fn forbidden(access: AccessDenied, detail: impl Into<String>) -> Self {
        Self { access: Some(Box::new(access)), ..Self::new(Kind::Forbidden, detail) }
    }

    /// There is no such thing, or the caller may not know of it.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("there is no {what}, or you may not see it"))
    }

    /// The request can't be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, detail)
    }

    /// The request is understood and can't be done.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail)
    }
}

/// The answer with the document of a problem that a request had.
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
    };
    let media_type = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, media_type)], Json(document)).into_response()
}

/// The answer carries the problem; [`crate::middleware::problems`] writes the document.
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
