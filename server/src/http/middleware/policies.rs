//! What a browser may do with an answer: guess no type, run nothing, show it in no frame of another site.
//!
//! An answer that needs more says so itself: the form of the setup link, the documentation of the API.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// For answers without a policy of their own.
const POLICIES: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Adds the policies that an answer doesn't have.
pub async fn policies(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, policy) in POLICIES {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(policy));
    }
    response
}
