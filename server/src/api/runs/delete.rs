//! Deletes a run.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;

use super::{RunPath, find};
use crate::api::record;
use crate::auth::Writable;
use crate::problem::Result;
use crate::state::AppState;
use crate::work::task::to_the_end;

/// Delete a run
#[utoipa::path(
    delete,
    path = "/api/v1/datasets/{ns}/{name}/runs/{run}",
    tag = "runs",
    params(RunPath),
    responses((status = 204, description = "The run was deleted"))
)]
pub async fn delete(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(path): Path<RunPath>,
) -> Result<StatusCode> {
    to_the_end(async move {
        let id = match path.run.parse() {
            // A record that can't be read can still be deleted by its whole id.
            Ok(id) if set.dataset.runs().await?.contains(&id) => id,
            _ => find(&set, &path.run).await?.header.id,
        };
        set.dataset.delete_run(&id).await?;
        record::audit(&state, &set, "run.delete", json!({ "run": id })).await;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}
