//! Lists the caller's tokens.

use axum::Json;
use axum::extract::State;
use hub_schema::api::TokenList;

use super::view;
use crate::auth::Caller;
use crate::problem::Result;
use crate::state::AppState;

/// List the caller's tokens
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    tag = "accounts",
    responses((status = 200, description = "The tokens", body = TokenList))
)]
pub async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<TokenList>> {
    let tokens = state.catalog.tokens(caller.own_account()?.id).await?;
    Ok(Json(TokenList { tokens: tokens.into_iter().map(view).collect() }))
}
