//! The caller's tokens.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use hub_catalog::{NewToken, Scope, Token, TokenId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{Address, Caller};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// A token, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Names it.
    #[schema(value_type = String, format = "uuid")]
    id: TokenId,
    /// What its owner calls it.
    name: String,
    /// `read`, `write` or `admin`.
    scope: String,
    /// If set: good in this namespace only.
    namespace: Option<String>,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    created: DateTime<Utc>,
    /// Until when.
    #[schema(value_type = Option<String>, format = "date-time")]
    expires: Option<DateTime<Utc>>,
    /// When it was last used.
    #[schema(value_type = Option<String>, format = "date-time")]
    last_used: Option<DateTime<Utc>>,
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scope: token.scope.to_string(),
            namespace: token.namespace,
            created: token.created,
            expires: token.expires,
            last_used: token.last_used,
        }
    }
}

/// The caller's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenList {
    /// The tokens, newest first.
    tokens: Vec<TokenView>,
}

/// List the own tokens
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    tag = "accounts",
    responses((status = 200, description = "The tokens", body = TokenList))
)]
pub async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<TokenList>> {
    let tokens = state.catalog.tokens(caller.own_account()?.id).await?;
    Ok(Json(TokenList { tokens: tokens.into_iter().map(Into::into).collect() }))
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for.
    name: String,
    /// `read`, `write` or `admin`.
    #[schema(value_type = String)]
    scope: Scope,
    /// If set: good in this namespace only.
    namespace: Option<String>,
    /// How many seconds it is good; without an end where it is missing.
    expires_secs: Option<u32>,
    /// Whose it is, where an owner of the hub makes it for another: for programs, which have no password.
    user: Option<String>,
}

/// A new token.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTokenView {
    #[serde(flatten)]
    token: TokenView,
    /// The token itself, shown this once.
    secret: String,
}

/// Make a token
///
/// With a session, or a token of scope admin. An owner of the hub makes them for others too.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    tag = "accounts",
    request_body = CreateToken,
    responses((status = 201, description = "The token, this once", body = NewTokenView))
)]
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
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
        json!({ "id": token.id, "scope": token.scope, "namespace": token.namespace, "user": user.name });
    record::entry(&state, &maker.name, &address.0, "token.create", token.name.clone(), detail).await;
    Ok(created(NewTokenView { token: token.into(), secret: secret.reveal().to_owned() }))
}

/// A token, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TokenPath {
    /// The token's id.
    #[param(value_type = String, format = "uuid")]
    id: Uuid,
}

/// Revoke a token
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    tag = "accounts",
    params(TokenPath),
    responses((status = 204, description = "It is good no longer"))
)]
pub async fn revoke(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Path(path): Path<TokenPath>,
) -> Result<StatusCode> {
    let id = TokenId(path.id);
    let user = match &caller {
        // Any token may end itself: `hub logout`.
        Caller::Program(access) if access.token.id == id => &access.user,
        _ => caller.own_account()?,
    };
    state.catalog.revoke_token(user.id, id).await.map_err(|error| match error {
        hub_catalog::Error::NotFound { .. } => Problem::not_found(format!("token {id}")),
        other => other.into(),
    })?;
    record::entry(&state, &user.name, &address.0, "token.revoke", id.to_string(), json!({})).await;
    Ok(StatusCode::NO_CONTENT)
}
