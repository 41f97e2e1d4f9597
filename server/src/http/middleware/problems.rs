//! Turns failed answers into problem documents.

use axum::extract::{OriginalUri, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::RequestId;
use crate::pages::errors::Asked;
use crate::problem::{Kind, Problem, document};
use crate::state::AppState;

/// Maximum bytes of the framework's plain text that are quoted as `detail`.
const PLAIN_BYTES: usize = 4096;

/// Turns every failure into a problem document. Answers with a body of their own (`application/problem+json`, the
/// errors of other protocols) are not changed. A browser that asked for a page gets the failure as a page.
pub async fn problems(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let original = request.extensions().get::<OriginalUri>().map(|uri| uri.0.path().to_owned());
    let instance = original.unwrap_or_else(|| request.uri().path().to_owned());
    let is_head = request.method() == Method::HEAD;
    let asked = Asked::of(request.method(), request.uri(), request.headers());
    let response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if !failed {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = match parts.extensions.remove::<Problem>() {
        Some(problem) => problem,
        None if is_plain(&parts.headers) => {
            let text = axum::body::to_bytes(body, PLAIN_BYTES).await.unwrap_or_default();
            plain(parts.status, &String::from_utf8_lossy(&text))
        }
        None => return Response::from_parts(parts, body),
    };
    if let Some(asked) = asked
        && let Some(page) = asked.answer(&state, &problem, &id).await
    {
        return page;
    }
    let mut document = document(problem, &instance, &id);
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    document.headers_mut().extend(parts.headers);
    if is_head {
        *document.body_mut() = axum::body::Body::empty();
    }
    document
}

/// Is the body empty, or plain text of the framework?
fn is_plain(headers: &axum::http::HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_none_or(|value| value.starts_with("text/plain"))
}

fn plain(status: StatusCode, text: &str) -> Problem {
    let kind = Kind::of_status(status);
    let detail = match kind {
        Kind::NotFound if text.is_empty() => "no such route; see /api/docs".to_owned(),
        _ if text.is_empty() => kind.title().to_owned(),
        _ => text.to_owned(),
    };
    Problem::new(kind, detail)
}

/// Answers for a handler that panicked: the reason is logged, but not sent.
pub fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Problem::new(Kind::Internal, "an internal error; the server's log has the reason under this request's id")
        .into_response()
}
