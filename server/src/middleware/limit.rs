//! Refuses what is too much, and ends what takes too long.
//!
//! Too many requests at a time are refused at once rather than kept waiting: a client that is told to come back
//! does so, one that waits piles up. Time is limited until the answer begins; transfers have a limit of their
//! own, by silence rather than by length (see [`crate::object::body`]).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// At most `requests` at a time.
pub async fn concurrency(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // Who watches the server must be answered above all when it is busy.
    if matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    match state.requests.clone().try_acquire_owned() {
        Ok(_permit) => next.run(request).await,
        Err(_) => {
            Problem::new(Kind::Overloaded, "too many requests are being worked on; try again in a moment")
                .into_response()
        }
    }
}

/// At most `request_secs` until the answer begins.
pub async fn time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(state.config.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let secs = state.config.request.as_secs();
            Problem::new(Kind::Timeout, format!("no answer within {secs} seconds; ask for less"))
                .into_response()
        }
    }
}
