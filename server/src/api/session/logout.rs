//! Logs out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::begin::with_cookie;
use crate::auth::{Caller, clear_cookie, session_of};
use crate::problem::Result;
use crate::state::AppState;

/// Log out
///
/// Ends the cookie's session.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "accounts",
    responses((status = 204, description = "Logged out"))
)]
pub async fn logout(State(state): State<AppState>, _caller: Caller, headers: HeaderMap) -> Result<Response> {
    let headers = end(&state, &headers).await?;
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// Ends the session in these headers; gives the headers that make the browser forget it.
pub(crate) async fn end(state: &AppState, headers: &HeaderMap) -> Result<HeaderMap> {
    if let Some(secret) = session_of(headers) {
        state.catalog.end_session(secret).await?;
    }
    with_cookie(&clear_cookie(state.config.is_https()))
}
