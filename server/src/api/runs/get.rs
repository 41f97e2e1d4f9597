//! Gets a run with all of its scores.

use axum::Json;
use axum::extract::Path;
use serde_json::Value;

use super::{RunPath, find};
use crate::auth::Readable;
use crate::problem::{Result, internal};

/// Get a run
///
/// The whole record: what was evaluated, how, and all scores (`docs/evaluation.md` explains them). `top1` and `top5` are
/// fractions, each with its count and interval.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/runs/{run}",
    tag = "runs",
    params(RunPath),
    responses((status = 200, description = "The run", body = Object))
)]
pub async fn get(Readable(set): Readable, Path(path): Path<RunPath>) -> Result<Json<Value>> {
    let run = find(&set, &path.run).await?;
    run.summary().map(Json).map_err(|error| internal(&error))
}
