//! Creates a user.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hub_catalog::NewUser;
use hub_schema::api::{CreateUser, CreatedUser, Secret};
use serde_json::json;

use super::view;
use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{Address, HubOwner};
use crate::problem::Result;
use crate::state::AppState;

/// Create a user
///
/// Only for owners of the hub. The user owns the namespace of the same name, unless that holds data sets already.
#[utoipa::path(
    post,
    path = "/api/v1/users",
    tag = "accounts",
    request_body = CreateUser,
    responses((status = 201, description = "The user", body = CreatedUser))
)]
pub async fn create(
    State(state): State<AppState>,
    HubOwner(admin): HubOwner,
    address: Address,
    Body(wanted): Body<CreateUser>,
) -> Result<(StatusCode, Json<CreatedUser>)> {
    let new =
        NewUser { name: wanted.name, password: wanted.password.map(Secret::into_inner), admin: wanted.admin };
    let user = state.catalog.create_user(&new).await?;
    let memberships = state.catalog.memberships(user.id).await?;
    let owns_namespace = memberships.iter().any(|member| member.namespace == user.name);
    let detail = json!({ "admin": user.admin, "owns_namespace": owns_namespace });
    record::entry(&state, &admin.name, &address.0, "user.create", user.name.clone(), detail).await;
    Ok(created(CreatedUser { user: view(user), owns_namespace }))
}
