//! Is the server well? For balancers and for Prometheus.

use std::sync::Once;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hub_schema::api::Health;

use crate::problem::{Kind, Problem, Result, chain};
use crate::state::AppState;

/// A database or store that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(5);

/// Said once.
static NEWER: Once = Once::new();

fn well() -> Health {
    Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// Is the server running
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "It runs", body = Health)))]
pub async fn alive() -> Json<Health> {
    Json(well())
}

/// Can the server answer
///
/// Asks the database and the store. That a newer server has changed the tables is no reason not to be ready.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, description = "Both answer", body = Health)))]
pub async fn ready(State(state): State<AppState>) -> Result<Json<Health>> {
    let late = |kind, what| move |_| Problem::new(kind, format!("the {what} gave no answer in 5 seconds"));
    let ping = tokio::time::timeout(PATIENCE, state.catalog.ping()).await;
    let newer =
        ping.map_err(late(Kind::DatabaseDown, "database"))?.map_err(|error| failed_database(&error))?;
    if newer {
        NEWER.call_once(|| {
            tracing::warn!(
                "a newer hub has changed the database's tables; this one goes on, start no other like it"
            )
        });
    }
    let look = tokio::time::timeout(PATIENCE, look_at_store(&state)).await;
    look.map_err(late(Kind::StoreDown, "store"))?.map_err(|error| {
        tracing::error!(error = chain(&*error), "the store failed");
        Problem::new(
            Kind::StoreDown,
            "the store gave an error; the server's log has it under this request's id",
        )
    })?;
    Ok(Json(well()))
}

async fn look_at_store(
    state: &AppState,
) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // A disk that is not mounted any more would look like one without that file.
    if let Some(directory) = state.root.directory("") {
        drop(tokio::fs::read_dir(directory).await?);
    }
    state.root.store(".ready")?.head("hub.json").await?;
    Ok(())
}

/// Whatever the database says, it is not this server that failed.
fn failed_database(error: &hub_catalog::Error) -> Problem {
    tracing::error!(error = chain(error), "the database failed");
    Problem::new(
        Kind::DatabaseDown,
        "the database gave an error; the server's log has it under this request's id",
    )
}

/// Counts, for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(State(state): State<AppState>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], state.metrics.encode()).into_response()
}
