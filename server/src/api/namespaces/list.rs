//! Lists namespaces.

use axum::Json;
use axum::extract::State;
use hub_schema::api::NamespaceList;

use super::view::view;
use crate::api::{PageQuery, Query};
use crate::auth::HubOwner;
use crate::problem::Result;
use crate::state::AppState;

/// List namespaces
///
/// Only for owners of the hub.
#[utoipa::path(
    get,
    path = "/api/v1/namespaces",
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "A page of namespaces", body = NamespaceList))
)]
pub async fn list(
    State(state): State<AppState>,
    _: HubOwner,
    Query(query): Query<PageQuery>,
) -> Result<Json<NamespaceList>> {
    let page = state.catalog.namespaces(query.cursor.as_deref(), query.limit()).await?;
    Ok(Json(NamespaceList { namespaces: page.items.into_iter().map(view).collect(), next: page.next }))
}
