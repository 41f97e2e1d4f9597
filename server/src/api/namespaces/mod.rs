//! Namespaces, and who may do what in them.

mod members;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use hub_catalog::Namespace;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

pub use members::*;

use crate::api::extract::created;
use crate::api::{Body, PageQuery, Query, record};
use crate::auth::{Address, Caller};
use crate::problem::Result;
use crate::state::AppState;

/// A namespace.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamespaceView {
    /// Its name.
    name: String,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    created: DateTime<Utc>,
}

impl From<Namespace> for NamespaceView {
    fn from(namespace: Namespace) -> Self {
        Self { name: namespace.name, created: namespace.created }
    }
}

/// Namespaces.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamespaceList {
    /// The namespaces, by name.
    namespaces: Vec<NamespaceView>,
    /// What to give as `cursor` to go on; null at the end.
    next: Option<String>,
}

/// List namespaces
#[utoipa::path(
    get,
    path = "/api/v1/namespaces",
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "A page of namespaces", body = NamespaceList))
)]
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<NamespaceList>> {
    caller.admin()?;
    let page = state.catalog.namespaces(query.cursor.as_deref(), query.limit()).await?;
    Ok(Json(NamespaceList { namespaces: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}

/// A namespace to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateNamespace {
    /// Its name.
    name: String,
}

/// Make a namespace
///
/// The caller becomes its owner.
#[utoipa::path(
    post,
    path = "/api/v1/namespaces",
    tag = "accounts",
    request_body = CreateNamespace,
    responses((status = 201, description = "The namespace", body = NamespaceView))
)]
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(wanted): Body<CreateNamespace>,
) -> Result<(StatusCode, Json<NamespaceView>)> {
    let admin = caller.admin()?;
    let namespace = state.catalog.create_namespace(&wanted.name, Some(admin.id)).await?;
    record::entry(&state, &admin.name, &address.0, "namespace.create", namespace.name.clone(), json!({}))
        .await;
    Ok(created(namespace.into()))
}
