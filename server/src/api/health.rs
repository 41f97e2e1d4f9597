//! Health checks for load balancers, and metrics for Prometheus.

use std::sync::Once;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hub_schema::api::Health;

use crate::problem::{Kind, Problem, Result, chain};
use crate::state::AppState;

/// A database or store that takes longer to answer counts as failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// The warning about a newer schema is logged once per process.
static NEWER: Once = Once::new();

fn well() -> Health {
    Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// Liveness: is the server running
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "The server runs", body = Health)))]
pub async fn alive() -> Json<Health> {
    Json(well())
}

/// Readiness: can the server answer requests
///
/// Checks that the database and the store answer. A server stays ready after a newer one has migrated the database.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, description = "Database and store answer", body = Health)))]
pub async fn ready(State(state): State<AppState>) -> Result<Json<Health>> {
    let late =
        |kind, what| move |_| Problem::new(kind, format!("the {what} did not answer within 5 seconds"));
    let ping = tokio::time::timeout(PATIENCE, state.catalog.ping()).await;
    let newer =
        ping.map_err(late(Kind::DatabaseDown, "database"))?.map_err(|error| failed_database(&error))?;
    if newer {
        NEWER.call_once(|| {
            tracing::warn!(
                "a newer hub has migrated the database; this server continues, but don't start further servers of this version"
            )
        });
    }
    let checked = tokio::time::timeout(PATIENCE, check_store(&state)).await;
    checked.map_err(late(Kind::StoreDown, "store"))?.map_err(|error| {
        tracing::error!(error = chain(&*error), "the store failed");
        Problem::new(
            Kind::StoreDown,
            "the store failed; the server's log has the reason under this request's id",
        )
    })?;
    Ok(Json(well()))
}

async fn check_store(state: &AppState) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // On a disk that is no longer mounted, the file below would only seem to be missing.
    if let Some(directory) = state.root.directory("") {
        drop(tokio::fs::read_dir(directory).await?);
    }
    state.root.store(".ready")?.head("hub.json").await?;
    Ok(())
}

/// Any database error means `503`, not an internal error: this server works.
fn failed_database(error: &hub_catalog::Error) -> Problem {
    tracing::error!(error = chain(error), "the database failed");
    Problem::new(
        Kind::DatabaseDown,
        "the database failed; the server's log has the reason under this request's id",
    )
}

/// Metrics for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(State(state): State<AppState>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], state.metrics.encode()).into_response()
}
