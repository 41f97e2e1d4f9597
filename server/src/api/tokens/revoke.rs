//! Revokes a token.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use hub_catalog::TokenId;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::record;
use crate::auth::{Address, Caller, SignedIn};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// A token in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TokenPath {
    /// The id of the token.
    #[param(value_type = String, format = "uuid")]
    id: Uuid,
}

/// Revoke a token
///
/// Needs a session, a token of scope `admin` for all namespaces, or the token itself.
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    tag = "accounts",
    params(TokenPath),
    responses((status = 204, description = "The token was revoked"))
)]
pub async fn revoke(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    address: Address,
    Path(path): Path<TokenPath>,
) -> Result<StatusCode> {
    let id = TokenId(path.id);
    let user = match &caller {
        // Any token may revoke itself: `hub logout` does.
        Caller::Program(access) if access.token.id == id => &access.user,
        _ => caller.own_account()?,
    };
    state.catalog.revoke_token(user.id, id).await.map_err(|error| match error {
        hub_catalog::Error::NotFound { .. } => Problem::not_found(format!("token {id}")),
        other => other.into(),
    })?;
    let detail = json!({ "id": id });
    record::entry(&state, &user.name, &address.0, "token.revoke", user.name.clone(), detail).await;
    Ok(StatusCode::NO_CONTENT)
}
