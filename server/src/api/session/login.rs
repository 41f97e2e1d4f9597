//! Logs in.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use hub_schema::api::{Login, UserView};
use serde_json::json;

use super::begin::begin;
use crate::api::users::view;
use crate::api::{Body, record};
use crate::auth::Address;
use crate::problem::Result;
use crate::state::AppState;

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
    state.logins.count(&format!("address {}", address.0))?;
    state.logins.count(&format!("name {}", login.name.to_lowercase()))?;
    let user = state.catalog.log_in(&login.name, login.password.reveal()).await;
    let action = if user.is_ok() { "session.create" } else { "session.refuse" };
    record::entry(&state, "", &address.0, action, login.name.chars().take(96).collect(), json!({})).await;
    let user = user?;
    begin(&state, &user, Json(view(user.clone()))).await
}
