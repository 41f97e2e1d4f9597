//! Gives each request an id, a log line and an entry in the metrics.
//!
//! A load balancer's `X-Request-Id` is kept, so that one id links all logs. The URL's query is not logged: it may
//! contain a signature.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use super::metrics::{Labels, RouteLabels, Running};
use crate::state::AppState;

/// The header with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The outermost layer: adds the id, logs and counts the request.
pub async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = given_id(&request).unwrap_or_else(|| Uuid::new_v4().simple().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = known_method(request.method());
    let path = request.uri().path().to_owned();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("none", MatchedPath::as_str).to_owned();
    let metrics = state.metrics.clone();
    let running = Running::begin(&metrics.running);
    let started = Instant::now();
    let span = tracing::info_span!("request", id, method, path);
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(running);
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    metrics.requests.get_or_create(&Labels { method, route: route.clone(), status }).inc();
    metrics.seconds.get_or_create(&RouteLabels { route }).observe(elapsed.as_secs_f64());
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| match status {
        500.. => tracing::error!(status, millis, "answered"),
        _ => tracing::info!(status, millis, "answered"),
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Unknown methods are counted as one, to bound the number of label values.
fn known_method(method: &Method) -> String {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    }
}

/// The id that came with the request, if it is safe to write to a log: up to 64 letters, digits and `-_.`.
fn given_id(request: &Request) -> Option<String> {
    let given = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let plain = given.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (plain && (1..=64).contains(&given.len())).then(|| given.to_owned())
}
