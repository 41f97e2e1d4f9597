//! Lists users.

use axum::Json;
use axum::extract::State;
use hub_schema::api::UserList;

use super::view;
use crate::api::{PageQuery, Query};
use crate::auth::HubOwner;
use crate::problem::Result;
use crate::state::AppState;

/// List users
///
/// Only for owners of the hub.
#[utoipa::path(
    get,
    path = "/api/v1/users",
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "A page of users", body = UserList))
)]
pub async fn list(
    State(state): State<AppState>,
    _: HubOwner,
    Query(query): Query<PageQuery>,
) -> Result<Json<UserList>> {
    let page = state.catalog.users(query.cursor.as_deref(), query.limit()).await?;
    Ok(Json(UserList { users: page.items.into_iter().map(view).collect(), next: page.next }))
}
