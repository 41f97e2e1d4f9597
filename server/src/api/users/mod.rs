//! The hub's users, for its owners.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hub_catalog::NewUser;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::api::extract::created;
use crate::api::session::UserView;
use crate::api::{Body, PageQuery, Query, record};
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// Users.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserList {
    /// The users, by name.
    users: Vec<UserView>,
    /// What to give as `cursor` to go on; null at the end.
    next: Option<String>,
}

/// List users
#[utoipa::path(
    get,
    path = "/api/v1/users",
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "A page of users", body = UserList))
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<UserList>> {
    caller.admin()?;
    let page = state.catalog.users(query.cursor.as_deref(), query.limit()).await?;
    Ok(Json(UserList { users: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}

/// A user to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// The name; also that of the user's own namespace.
    name: String,
    /// Where it is missing the user has tokens only.
    password: Option<String>,
    /// Owner of the whole hub.
    #[serde(default)]
    admin: bool,
}

/// Make a user
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
    let new = NewUser { name: wanted.name, password: wanted.password, admin: wanted.admin };
    let user = state.catalog.create_user(&new).await?;
    let detail = json!({ "admin": user.admin });
    record::entry(&state, &admin.name, &address.0, "user.create", user.name.clone(), detail).await;
    Ok(created(user.into()))
}

/// A user, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UserPath {
    /// The user's name.
    name: String,
}

/// What is to be changed; what is missing stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// Owner of the whole hub.
    admin: Option<bool>,
    /// Another password.
    password: Option<String>,
}

/// Change a user
#[utoipa::path(
    patch,
    path = "/api/v1/users/{name}",
    tag = "accounts",
    params(UserPath),
    request_body = UpdateUser,
    responses((status = 200, description = "As the user is now", body = UserView))
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
        state.catalog.set_password(user.id, Some(password)).await?;
    }
    if let Some(is_admin) = wanted.admin {
        user = state.catalog.set_admin(&user.name, is_admin).await?;
    }
    let detail = json!({ "admin": wanted.admin, "password": wanted.password.is_some() });
    record::entry(&state, &admin.name, &address.0, "user.update", user.name.clone(), detail).await;
    Ok(Json(user.into()))
}

/// Remove a user
///
/// With tokens, sessions and memberships; namespaces and data sets stay.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{name}",
    tag = "accounts",
    params(UserPath),
    responses((status = 204, description = "The user is gone"))
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
