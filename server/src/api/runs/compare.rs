//! Compares two runs.

use axum::Json;
use axum::extract::Path;
use hub_eval::inference::SamplePrediction;
use hub_eval::run::{Comparison, Run};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::{find, problem, read};
use crate::api::Query;
use crate::auth::Readable;
use crate::problem::{Problem, Result, internal};

/// Two runs in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TwoRuns {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// The first run: an id, a part of it, the name of a model, or `last`.
    run: String,
    /// The second run.
    other: String,
}

/// How to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CompareRuns {
    /// Test whether the runs are equally good within this share (0.01: one point).
    margin: Option<f64>,
}

/// Compare two runs
///
/// Sample by sample, on those that both scored: which run has which right, the difference with its paired interval,
/// McNemar's test, and the samples that flipped.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/runs/{run}/compare/{other}",
    tag = "runs",
    params(TwoRuns, CompareRuns),
    responses((status = 200, description = "The comparison", body = Object))
)]
pub async fn compare(
    Readable(set): Readable,
    Path(path): Path<TwoRuns>,
    Query(query): Query<CompareRuns>,
) -> Result<Json<Value>> {
    let (first, second) = (find(&set, &path.run).await?, find(&set, &path.other).await?);
    let (of_first, of_second) = (read(&set, &first).await?, read(&set, &second).await?);
    let found = compared((&first, &of_first), (&second, &of_second), query.margin)?;
    serde_json::to_value(found).map(Json).map_err(|error| internal(&error))
}

/// Compares two runs with their predictions.
pub(crate) fn compared(
    first: (&Run, &[SamplePrediction]),
    second: (&Run, &[SamplePrediction]),
    margin: Option<f64>,
) -> Result<Comparison> {
    if margin.is_some_and(|margin| !(margin > 0.0 && margin < 1.0)) {
        return Err(Problem::bad_request("margin: expected a share above 0 and below 1 (0.01: one point)"));
    }
    hub_eval::run::compare(first, second, margin).map_err(|error| problem(&error))
}
