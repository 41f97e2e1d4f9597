//! Limits concurrent requests, of each caller and in all, and their duration.
//!
//! Requests above the limit are refused at once instead of queued: a refused client retries later, while queued ones
//! would pile up. A request that waits for its body doesn't count (see [`crate::work::turn`]). The time limit runs until
//! the answer begins; transfers are limited by their pace, not duration (see [`crate::store::object::body`]).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::requester;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::work::turn::Turn;

/// At most `requests` at a time, of which a caller may have a part.
pub async fn concurrency(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // Monitoring must work in particular when the server is busy.
    if matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let requester = requester(&parts, &state).await;
    let turn = match Turn::take(&state.requests, &state.bodies, requester) {
        Ok(turn) => turn,
        Err(problem) => return problem.into_response(),
    };
    parts.extensions.insert(turn.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    turn.end();
    response
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
