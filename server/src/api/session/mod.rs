//! Logging in and out, the caller's own account, and the hub's first owner.

mod login;
mod logout;
mod me;
mod setup;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use hub_catalog::User;
use serde::Serialize;
use utoipa::ToSchema;

pub use login::*;
pub use logout::*;
pub use me::*;
pub use setup::*;

use crate::auth::session_cookie;
use crate::problem::{Result, internal};
use crate::state::AppState;

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserView {
    /// The name.
    pub name: String,
    /// Owner of the whole hub.
    pub admin: bool,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub created: DateTime<Utc>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self { name: user.name, admin: user.admin, created: user.created }
    }
}

/// Begins a session: `answer`, with its cookie.
async fn begin(state: &AppState, user: &User, answer: impl IntoResponse) -> Result<Response> {
    let lifetime = TimeDelta::from_std(state.config.session).unwrap_or(TimeDelta::MAX);
    let secret = state.catalog.create_session(user.id, lifetime).await?;
    let cookie = session_cookie(secret.reveal(), state.config.session, state.config.is_https());
    Ok((with_cookie(&cookie)?, answer).into_response())
}

fn with_cookie(cookie: &str) -> Result<HeaderMap> {
    let cookie = HeaderValue::from_str(cookie).map_err(|e| internal(&e))?;
    let keep = HeaderValue::from_static("no-store");
    Ok(HeaderMap::from_iter([(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, keep)]))
}
