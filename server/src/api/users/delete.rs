//! Removes a user.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;

use super::UserPath;
use crate::api::record;
use crate::auth::{Address, HubOwner};
use crate::problem::Result;
use crate::state::AppState;

/// Remove a user
///
/// Only for owners of the hub. Tokens, sessions and memberships are removed too. Namespaces and data sets are kept: the
/// other owners of a namespace keep it; without any, only owners of the hub see what is private in it, until they set a
/// member. A later user of this name inherits nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{name}",
    tag = "accounts",
    params(UserPath),
    responses((status = 204, description = "The user was removed"))
)]
pub async fn delete(
    State(state): State<AppState>,
    HubOwner(admin): HubOwner,
    address: Address,
    Path(path): Path<UserPath>,
) -> Result<StatusCode> {
    let user = state.catalog.remove_user(&path.name).await?;
    record::entry(&state, &admin.name, &address.0, "user.delete", user.name, json!({})).await;
    Ok(StatusCode::NO_CONTENT)
}
