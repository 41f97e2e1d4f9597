//! Changes a user's password, or whether they are an owner of the hub.

use axum::Json;
use axum::extract::{Path, State};
use hub_schema::api::{UpdateUser, UserView};
use serde_json::json;

use super::{UserPath, view};
use crate::api::{Body, record};
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// Change a user
///
/// Only for owners of the hub.
#[utoipa::path(
    patch,
    path = "/api/v1/users/{name}",
    tag = "accounts",
    params(UserPath),
    request_body = UpdateUser,
    responses((status = 200, description = "The changed user", body = UserView))
)]
pub async fn update(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Path(path): Path<UserPath>,
    Body(wanted): Body<UpdateUser>,
) -> Result<Json<UserView>> {
    let admin = caller.admin()?;
    let mut user = state.catalog.user(&path.name).await?;
    if let Some(password) = &wanted.password {
        state.catalog.set_password(user.id, Some(password.reveal())).await?;
    }
    if let Some(is_admin) = wanted.admin {
        user = state.catalog.set_admin(&user.name, is_admin).await?;
    }
    let detail = json!({ "admin": wanted.admin, "password": wanted.password.is_some() });
    record::entry(&state, &admin.name, &address.0, "user.update", user.name.clone(), detail).await;
    Ok(Json(view(user)))
}
