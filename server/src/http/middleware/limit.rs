//! Limits concurrent requests and their duration.
//!
//! Requests above the limit are refused at once instead of queued: a refused client retries later, while queued ones
//! would pile up. The time limit runs until the answer begins; transfers are limited by silence, not duration (see
//! [`crate::store::object::body`]).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// At most `requests` at a time.
pub async fn concurrency(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // Monitoring must work in particular when the server is busy.
    if matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    match state.requests.clone().try_acquire_owned() {
        Ok(_permit) => next.run(request).await,
        Err(_) => Problem::new(Kind::Overloaded, "too many concurrent requests; try again in a moment")
            .into_response(),
    }
}

/// At most `request_secs` until the answer begins.
pub async fn time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(state.config.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let secs = state.config.request.as_secs();
            Problem::new(Kind::Timeout, format!("no answer within {secs} seconds; request less at a time"))
                .into_response()
        }
    }
}
