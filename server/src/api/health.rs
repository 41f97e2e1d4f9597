//! Is the server well? For balancers and for Prometheus.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// A database or store that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(5);

/// The server is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    status: &'static str,
    /// The server's version.
    version: &'static str,
}

const WELL: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Is the server running
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "It runs", body = Health)))]
pub async fn alive() -> Json<Health> {
    Json(WELL)
}

/// Can the server answer
///
/// Asks the database and the store.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, description = "Both answer", body = Health)))]
pub async fn ready(State(state): State<AppState>) -> Result<Json<Health>> {
    let late = |kind, what| move |_| Problem::new(kind, format!("the {what} gave no answer in 5 seconds"));
    let ping = tokio::time::timeout(PATIENCE, state.catalog.ping()).await;
    ping.map_err(late(Kind::DatabaseDown, "database"))??;
    let store = state.root.store(".ready")?;
    let look = tokio::time::timeout(PATIENCE, store.head("hub.json")).await;
    look.map_err(late(Kind::StoreDown, "store"))??;
    Ok(Json(WELL))
}

/// Counts, for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(State(state): State<AppState>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], state.metrics.encode()).into_response()
}
