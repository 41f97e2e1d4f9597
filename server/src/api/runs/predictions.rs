//! Lists the predictions of a run.

use std::cmp::Ordering;

use axum::Json;
use axum::extract::Path;
use hub_eval::inference::SamplePrediction;
use hub_schema::api::PredictionList;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{RunPath, find, read, view};
use crate::api::Query;
use crate::auth::Readable;
use crate::problem::Result;

/// Predictions on a page, by default.
const DEFAULT_PREDICTIONS: usize = 50;
/// Maximum predictions on a page.
const MAX_PREDICTIONS: usize = 1000;

/// The order of predictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PredictionOrder {
    /// By position.
    #[default]
    Position,
    /// The hardest first: by the loss of the label.
    Loss,
    /// The surest first.
    Confidence,
    /// The closest decisions first: by the margin between the first two classes.
    Margin,
}

/// Which predictions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPredictions {
    /// The order, by position if missing.
    #[serde(default)]
    #[param(inline)]
    order: PredictionOrder,
    /// Only right ones (true) or wrong ones (false). With `order=confidence`, false lists the most confident mistakes.
    correct: Option<bool>,
    /// Predictions to leave out at the beginning.
    offset: Option<usize>,
    /// Predictions on the page, 50 by default and 1,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List the predictions of a run
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/runs/{run}/predictions",
    tag = "runs",
    params(RunPath, ListPredictions),
    responses((status = 200, description = "A page of predictions", body = PredictionList))
)]
pub async fn predictions(
    Readable(set): Readable,
    Path(path): Path<RunPath>,
    Query(query): Query<ListPredictions>,
) -> Result<Json<PredictionList>> {
    let run = find(&set, &path.run).await?;
    let samples = read(&set, &run).await?;
    let samples = ordered(&samples, query.order, query.correct);
    let limit = query.limit.unwrap_or(DEFAULT_PREDICTIONS).clamp(1, MAX_PREDICTIONS);
    let page = samples.iter().skip(query.offset.unwrap_or(0)).take(limit);
    Ok(Json(PredictionList {
        predictions: page.map(|sample| view::prediction(sample)).collect(),
        total: samples.len() as u64,
    }))
}

/// Predictions in an order; only right or wrong ones where it is said.
pub(crate) fn ordered(
    samples: &[SamplePrediction],
    by: PredictionOrder,
    correct: Option<bool>,
) -> Vec<&SamplePrediction> {
    let is_wanted = |sample: &&SamplePrediction| correct.is_none() || sample.is_right() == correct;
    let mut chosen: Vec<&SamplePrediction> = samples.iter().filter(is_wanted).collect();
    chosen.sort_by(|a, b| order(by, a, b).then(a.position.cmp(&b.position)));
    chosen
}

fn order(order: PredictionOrder, a: &SamplePrediction, b: &SamplePrediction) -> Ordering {
    let descending = |value: fn(&SamplePrediction) -> Option<f64>| {
        let number = |sample| value(sample).unwrap_or(f64::NEG_INFINITY);
        number(b).total_cmp(&number(a))
    };
    match order {
        PredictionOrder::Position => Ordering::Equal,
        PredictionOrder::Loss => descending(|sample| sample.prediction()?.loss),
        PredictionOrder::Confidence => descending(|sample| Some(sample.prediction()?.confidence())),
        PredictionOrder::Margin => descending(|sample| Some(-sample.prediction()?.margin())),
    }
}
