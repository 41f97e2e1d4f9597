//! Creates a user.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hub_catalog::NewUser;
use hub_schema::api::{CreateUser, Secret, UserView};
use serde_json::json;

use super::view;
use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// Create a user
///
/// Only for owners of the hub.
#[utoipa::path(
    post,
    path = "/api/v1/users",
    tag = "accounts",
    request_body = CreateUser,
    responses((status = 201, description = "The user", body = UserView))
)]
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(wanted): Body<CreateUser>,
) -> Result<(StatusCode, Json<UserView>)> {
    let admin = caller.admin()?;
    let new =
        NewUser { name: wanted.name, password: wanted.password.map(Secret::into_inner), admin: wanted.admin };
    let user = state.catalog.create_user(&new).await?;
    let detail = json!({ "admin": user.admin });
    record::entry(&state, &admin.name, &address.0, "user.create", user.name.clone(), detail).await;
    Ok(created(view(user)))
}
