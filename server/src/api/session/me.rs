//! The caller's account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hub_schema::api::{ChangePassword, Me, Membership};
use serde_json::json;

use crate::api::{Body, record, tokens, users};
use crate::auth::{Address, Caller};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// Get the caller's account
#[utoipa::path(
    get,
    path = "/api/v1/me",
    tag = "accounts",
    responses((status = 200, description = "The caller", body = Me))
)]
pub async fn me(State(state): State<AppState>, caller: Caller) -> Result<Json<Me>> {
    let user = caller.user()?.clone();
    let memberships = state.catalog.memberships(user.id).await?;
    let memberships = memberships.into_iter();
    let memberships = memberships.map(|m| Membership { namespace: m.namespace, role: m.role });
    let token = match caller {
        Caller::Program(access) => Some(tokens::view(access.token)),
        _ => None,
    };
    Ok(Json(Me { user: users::view(user), memberships: memberships.collect(), token }))
}

/// Change the caller's password
///
/// Ends all sessions of the caller. Attempts are limited like logins.
#[utoipa::path(
    put,
    path = "/api/v1/me/password",
    tag = "accounts",
    request_body = ChangePassword,
    responses((status = 204, description = "The password was changed"))
)]
pub async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(change): Body<ChangePassword>,
) -> Result<StatusCode> {
    let user = caller.own_account()?;
    // A stolen session must not be enough to guess the password or lock its owner out.
    state.logins.count(&format!("name {}", user.name.to_lowercase()))?;
    match (&change.old, &caller) {
        (Some(old), _) => drop(state.catalog.log_in(&user.name, old.reveal()).await?),
        (None, Caller::Program(_)) => {}
        (None, _) => return Err(Problem::invalid("old: the current password is required with a session")),
    }
    state.catalog.set_password(user.id, Some(change.new.reveal())).await?;
    record::entry(&state, &user.name, &address.0, "user.password", user.name.clone(), json!({})).await;
    Ok(StatusCode::NO_CONTENT)
}
