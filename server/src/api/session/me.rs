//! The caller's own account.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::UserView;
use crate::api::tokens::TokenView;
use crate::api::{Body, record};
use crate::auth::{Address, Caller};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[serde(flatten)]
    user: UserView,
    /// The namespaces the caller has a part in.
    memberships: Vec<Membership>,
    /// The token the caller came with; null with a session.
    token: Option<TokenView>,
}

/// A part in a namespace.
#[derive(Debug, Serialize, ToSchema)]
pub struct Membership {
    /// The namespace.
    namespace: String,
    /// `reader`, `writer` or `owner`.
    role: String,
}

/// Who am I
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
    let memberships = memberships.map(|m| Membership { namespace: m.namespace, role: m.role.to_string() });
    let token = match caller {
        Caller::Program(access) => Some(access.token.into()),
        _ => None,
    };
    Ok(Json(Me { user: user.into(), memberships: memberships.collect(), token }))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now; not needed with a token of scope admin.
    old: Option<String>,
    /// The password from now on.
    new: String,
}

/// Change the own password
///
/// Ends all sessions of the caller.
#[utoipa::path(
    put,
    path = "/api/v1/me/password",
    tag = "accounts",
    request_body = ChangePassword,
    responses((status = 204, description = "It is changed"))
)]
pub async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(change): Body<ChangePassword>,
) -> Result<StatusCode> {
    let user = caller.own_account()?;
    // A stolen session must not be enough to lock its owner out.
    state.logins.count(&format!("name {}", user.name.to_lowercase()))?;
    match (&change.old, &caller) {
        (Some(old), _) => drop(state.catalog.log_in(&user.name, old).await?),
        (None, Caller::Program(_)) => {}
        (None, _) => return Err(Problem::invalid("old: the password until now is needed")),
    }
    state.catalog.set_password(user.id, Some(&change.new)).await?;
    record::entry(&state, &user.name, &address.0, "user.password", user.name.clone(), json!({})).await;
    Ok(StatusCode::NO_CONTENT)
}
