//! Creates a token for the caller or, by an owner of the hub, for another user.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use hub_catalog::NewToken;
use hub_schema::api::{CreateToken, NewTokenView};
use serde_json::json;

use super::view;
use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{AccountOwner, Address};
use crate::problem::Result;
use crate::state::AppState;

/// Create a token
///
/// Needs a session, or a token of scope `admin` for all namespaces. Owners of the hub can create tokens for other users.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    tag = "accounts",
    request_body = CreateToken,
    responses((status = 201, description = "The token; its secret is shown only once", body = NewTokenView))
)]
pub async fn create(
    State(state): State<AppState>,
    AccountOwner(caller): AccountOwner,
    address: Address,
    Body(wanted): Body<CreateToken>,
) -> Result<(StatusCode, Json<NewTokenView>)> {
    let maker = caller.own_account()?;
    let user = match &wanted.user {
        Some(name) if *name != maker.name => {
            caller.admin()?;
            state.catalog.user(name).await?
        }
        _ => maker.clone(),
    };
    let expires = wanted.expires_secs.map(|secs| Utc::now() + TimeDelta::seconds(i64::from(secs)));
    let new = NewToken { name: wanted.name, scope: wanted.scope, namespace: wanted.namespace, expires };
    let (token, secret) = state.catalog.create_token(user.id, &new).await?;
    let detail =
        json!({ "id": token.id, "name": token.name, "scope": token.scope, "namespace": token.namespace });
    record::entry(&state, &maker.name, &address.0, "token.create", user.name, detail).await;
    Ok(created(NewTokenView { token: view(token), secret: secret.reveal().into() }))
}
