//! Writes the document of what went wrong.

use axum::extract::{OriginalUri, Request};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::RequestId;
use crate::problem::{Kind, Problem, document};

/// The longest plain answer of the framework that is quoted.
const PLAIN_BYTES: usize = 4096;

/// Admission every answer that is a failure into a problem document. Answers that bring a body of their own
/// (`application/problem+json`, the pages of other protocols) are left alone.
pub async fn problems(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let original = request.extensions().get::<OriginalUri>().map(|uri| uri.0.path().to_owned());
    let instance = original.unwrap_or_else(|| request.uri().path().to_owned());
    let is_head = request.method() == Method::HEAD;
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

/// Nothing, or text that nobody wrote for a person.
fn is_plain(headers: &axum::http::HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_none_or(|value| value.starts_with("text/plain"))
}

fn plain(status: StatusCode, text: &str) -> Problem {
    let kind = Kind::of_status(status);
    let detail = match kind {
        Kind::NotFound if text.is_empty() => "there is nothing at this address; see /api/docs".to_owned(),
        _ if text.is_empty() => kind.title().to_owned(),
        _ => text.to_owned(),
    };
    Problem::new(kind, detail)
}

/// A handler panicked: logged, and told without a word about why.
pub fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Problem::new(Kind::Internal, "an error inside the server; its log has the reason under this request's id")
        .into_response()
}
