//! Logs in.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use hub_catalog::User;
use hub_schema::api::{Login, UserView};
use serde_json::json;

use super::begin::begin;
use crate::api::users::view;
use crate::api::{Body, record};
use crate::auth::Address;
use crate::problem::Result;
use crate::state::AppState;
use crate::work::attempts::Attempt;

/// Bytes of a name that a login is tried with.
const MAX_NAME_BYTES: usize = 96;

/// Log in
///
/// The answer sets the cookie `hub_session`. Requests with it that change something must come from the hub's own pages,
/// or have the header `X-Hub-Request`.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "accounts",
    request_body = Login,
    responses((status = 200, description = "Logged in", body = UserView))
)]
pub async fn login(
    State(state): State<AppState>,
    address: Address,
    Body(login): Body<Login>,
) -> Result<Response> {
    let user = log_in(&state, &address, &login.name, login.password.reveal()).await?;
    begin(&state, &user, Json(view(user.clone()))).await
}

/// The user of this name and password; what is refused is recorded, and attempts are limited.
pub(crate) async fn log_in(state: &AppState, address: &Address, name: &str, password: &str) -> Result<User> {
    // No user has a longer name; the answer takes as long as for any other wrong one.
    let name = if name.len() > MAX_NAME_BYTES { "" } else { name };
    let (by_network, by_name) = attempts(state, address, name)?;
    tokio::time::sleep(by_name.delay).await;
    let user = match state.catalog.log_in(name, password).await {
        Ok(user) => user,
        Err(error) => {
            record_refusal(state, address, name).await;
            return Err(error.into());
        }
    };
    by_network.succeeded();
    by_name.succeeded();
    record::entry(state, &user.name, &address.0, "session.create", user.name.clone(), json!({})).await;
    Ok(user)
}

/// Counts a login as failed, until it has succeeded. The network is refused after too many; the name is only delayed, so
/// that nobody can lock its owner out.
fn attempts<'a>(state: &'a AppState, address: &Address, name: &str) -> Result<(Attempt<'a>, Attempt<'a>)> {
    let by_network = state.logins.limited(&format!("network {}", address.network()))?;
    Ok((by_network, state.logins.delayed(&format!("name {}", name.to_lowercase()))))
}

/// Logs a refused login: under the user's name if there is such a user, who may read it then.
async fn record_refusal(state: &AppState, address: &Address, name: &str) {
    let known = state.catalog.user(name).await.map(|user| user.name).unwrap_or_default();
    record::entry(state, "", &address.0, "session.refuse", known, json!({ "name": name })).await;
}
