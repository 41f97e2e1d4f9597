//! The caller's account.

use axum::Json;
use axum::extract::State;
use hub_catalog::{Error as CatalogError, User};
use hub_schema::api::{ChangePassword, EndedAccess, Me, Membership};
use serde_json::json;

use crate::api::{Body, record, tokens, users};
use crate::auth::{AccountOwner, Address, Caller};
use crate::problem::{Kind, Problem, Result};
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
/// Ends all sessions and tokens of the caller, but the token of this request; the answer lists them. Attempts are limited
/// like logins.
#[utoipa::path(
    put,
    path = "/api/v1/me/password",
    tag = "accounts",
    request_body = ChangePassword,
    responses((status = 200, description = "The password was changed", body = EndedAccess))
)]
pub async fn change_password(
    State(state): State<AppState>,
    AccountOwner(caller): AccountOwner,
    address: Address,
    Body(change): Body<ChangePassword>,
) -> Result<Json<EndedAccess>> {
    let user = caller.own_account()?;
    let used = match &caller {
        Caller::Program(access) => Some(access.token.id),
        _ => None,
    };
    match &change.old {
        Some(old) => check_old(&state, user, old.reveal()).await?,
        None if used.is_some() => {}
        None => return Err(Problem::invalid("old: the current password is required with a session")),
    }
    let ended = state.catalog.set_password(user.id, Some(change.new.reveal()), used).await?;
    let ended = tokens::ended(ended);
    record::entry(&state, &user.name, &address.0, "user.password", user.name.clone(), json!(ended)).await;
    Ok(Json(ended))
}

/// Checks the current password. A stolen session must not be enough to guess it; only those who have one can use up these
/// attempts.
async fn check_old(state: &AppState, user: &User, old: &str) -> Result<()> {
    let attempt = state.logins.limited(&format!("user {}", user.id))?;
    match state.catalog.log_in(&user.name, old).await {
        Ok(_) => attempt.succeeded(),
        Err(CatalogError::Denied) => {
            return Err(Problem::new(Kind::BadLogin, "old: this is not the current password"));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
