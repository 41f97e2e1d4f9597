//! Lets pages of other sites use the API (CORS), if the setting `cors_origin` names them.
//!
//! Only with a token: cookies are neither sent nor accepted, since `Access-Control-Allow-Credentials` is never set.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::state::AppState;

/// The methods of the API.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// What a page may send. `X-Hub-Request` is not among it: by that header cookies of other sites are told apart.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, range, if-match, if-none-match, if-range, x-request-id",
);
/// What a page may read.
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "accept-ranges, content-length, content-range, etag, last-modified, link, retry-after, x-error-code, \
     x-error-message, x-hub-commit, x-hub-note, x-hub-rows, x-repo-commit, x-request-id",
);
/// Seconds for which a browser remembers what is allowed.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Answers a browser's question before a request, and allows pages of these origins to read answers.
pub async fn cors(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let allowed = &state.config.cors_origin;
    if allowed.is_empty() {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| allow(allowed, origin));
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match *request.method() == Method::OPTIONS && asks {
        true => StatusCode::NO_CONTENT.into_response(),
        false => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let Some(origin) = origin else { return response };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    // Scripts of these origins may load images and files too.
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    match asks {
        true => preflight(headers),
        false => drop(headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS)),
    }
    response
}

fn preflight(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
}

/// What to answer to a page of this origin; `None` if it is not allowed.
fn allow(allowed: &[String], origin: &HeaderValue) -> Option<HeaderValue> {
    if allowed.iter().any(|allowed| allowed == "*") {
        return Some(HeaderValue::from_static("*"));
    }
    allowed.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}
