//! Creates a namespace.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hub_schema::api::{CreateNamespace, NamespaceView};
use serde_json::json;

use super::view::view;
use crate::api::extract::created;
use crate::api::{Body, record};
use crate::auth::{Address, HubOwner};
use crate::problem::Result;
use crate::state::AppState;

/// Create a namespace
///
/// Only for owners of the hub. The caller becomes the namespace's owner.
#[utoipa::path(
    post,
    path = "/api/v1/namespaces",
    tag = "accounts",
    request_body = CreateNamespace,
    responses((status = 201, description = "The namespace", body = NamespaceView))
)]
pub async fn create(
    State(state): State<AppState>,
    HubOwner(admin): HubOwner,
    address: Address,
    Body(wanted): Body<CreateNamespace>,
) -> Result<(StatusCode, Json<NamespaceView>)> {
    let namespace = state.catalog.create_namespace(&wanted.name, Some(admin.id)).await?;
    record::entry(&state, &admin.name, &address.0, "namespace.create", namespace.name.clone(), json!({}))
        .await;
    Ok(created(view(namespace)))
}
