//! Begins a session and sets its cookie.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use hub_catalog::User;

use crate::auth::session_cookie;
use crate::problem::{Result, internal};
use crate::state::AppState;

/// Begins a session of `user`; returns `answer` with the session's cookie.
pub async fn begin(state: &AppState, user: &User, answer: impl IntoResponse) -> Result<Response> {
    let lifetime = TimeDelta::from_std(state.config.session).unwrap_or(TimeDelta::MAX);
    let secret = state.catalog.create_session(user.id, lifetime).await?;
    let cookie = session_cookie(secret.reveal(), state.config.session, state.config.is_https());
    Ok((with_cookie(&cookie)?, answer).into_response())
}

/// The headers of an answer that sets a cookie, and so must not be cached.
pub fn with_cookie(cookie: &str) -> Result<HeaderMap> {
    let cookie = HeaderValue::from_str(cookie).map_err(|e| internal(&e))?;
    let keep = HeaderValue::from_static("no-store");
    Ok(HeaderMap::from_iter([(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, keep)]))
}
