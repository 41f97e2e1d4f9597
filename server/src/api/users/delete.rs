//! Removes a user.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;

use super::UserPath;
use crate::api::record;
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// Remove a user
///
/// Only for owners of the hub. Tokens, sessions and memberships are removed too; namespaces and data sets are kept.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{name}",
    tag = "accounts",
    params(UserPath),
    responses((status = 204, description = "The user was removed"))
)]
pub async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Path(path): Path<UserPath>,
) -> Result<StatusCode> {
    let admin = caller.admin()?;
    let user = state.catalog.remove_user(&path.name).await?;
    record::entry(&state, &admin.name, &address.0, "user.delete", user.name, json!({})).await;
    Ok(StatusCode::NO_CONTENT)
}
