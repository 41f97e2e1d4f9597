//! Changes a user's password, or whether they are an owner of the hub.

use axum::Json;
use axum::extract::{Path, State};
use hub_schema::api::{ChangedUser, UpdateUser};
use serde_json::json;

use super::{UserPath, view};
use crate::api::{Body, record, tokens};
use crate::auth::{Address, HubOwner};
use crate::problem::Result;
use crate::state::AppState;

/// Change a user
///
/// Only for owners of the hub. A new password ends all sessions and tokens of the user, which the answer lists.
#[utoipa::path(
    patch,
    path = "/api/v1/users/{name}",
    tag = "accounts",
    params(UserPath),
    request_body = UpdateUser,
    responses((status = 200, description = "The changed user", body = ChangedUser))
)]
pub async fn update(
    State(state): State<AppState>,
    HubOwner(admin): HubOwner,
    address: Address,
    Path(path): Path<UserPath>,
    Body(wanted): Body<UpdateUser>,
) -> Result<Json<ChangedUser>> {
    let mut user = state.catalog.user(&path.name).await?;
    let mut ended = None;
    if let Some(password) = &wanted.password {
        let access = state.catalog.set_password(user.id, Some(password.reveal()), None).await?;
        ended = Some(tokens::ended(access));
    }
    if let Some(is_admin) = wanted.admin {
        user = state.catalog.set_admin(&user.name, is_admin).await?;
    }
    let detail = json!({ "admin": wanted.admin, "password": wanted.password.is_some(), "ended": ended });
    record::entry(&state, &admin.name, &address.0, "user.update", user.name.clone(), detail).await;
    Ok(Json(ChangedUser { user: view(user), ended }))
}
