//! What went wrong, as a problem document (RFC 9457): `application/problem+json`.
//!
//! A handler returns a [`Problem`]: which of the [`Kind`]s it is, and a sentence for the person who made the
//! request. The kind decides status, `type` and title, in one table. What the request was, and its id, are
//! added on the way out by [`crate::middleware::problems`], which also turns the plain answers of the
//! framework (no such route, a body that is too long) into problem documents. So a client meets one form.
//!
//! What a stranger may not know is never in a `detail`: errors of the database or the store are logged with
//! the request's id, and the answer names that id.

mod from;
mod kind;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

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
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
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

/// A problem document, as it is sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Document {
    /// The kind of problem; stable, and the address of its description.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What happened, and how to go on.
    pub detail: String,
    /// The path of the request.
    pub instance: String,
    /// The request's id, as it is in the server's log.
    pub request_id: String,
}

impl Document {
    /// The document of a problem that a request had.
    pub fn new(problem: &Problem, instance: &str, request_id: &str) -> Self {
        Self {
            kind: format!("/problems/{}", problem.kind.slug()),
            title: problem.kind.title().to_owned(),
            status: problem.kind.status().as_u16(),
            detail: problem.detail.clone(),
            instance: instance.to_owned(),
            request_id: request_id.to_owned(),
        }
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let media_type = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, media_type)], Json(self)).into_response()
    }
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
