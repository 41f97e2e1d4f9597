//! Statistics of a revision. They never change, so they are computed once and cached.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use hub_dataset::Snapshot;
use hub_schema::api::StatsView;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Result, internal};
use crate::state::AppState;
use crate::views::facets::distributions;

const MAX_BINS: usize = 1000;

/// Which statistics.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatsQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Also give histograms of about this many bins (1,000 at most), quantiles, and classes by split.
    bins: Option<usize>,
}

/// Get statistics of a revision
///
/// Computed from the annotations; media are not read.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/stats",
    tag = "revisions",
    params(DatasetPath, StatsQuery),
    responses((status = 200, description = "The statistics", body = StatsView))
)]
pub async fn stats(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<StatsQuery>,
) -> Result<Json<StatsView>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let stats = stats_of(&state, set.info.uuid, &snapshot).await?;
    let (distributions, classes_by_split) = match query.bins {
        None => (None, None),
        Some(bins) => {
            let found = distributions(&state, &set, &snapshot, bins.clamp(1, MAX_BINS)).await?;
            (Some(found.0), Some(found.1))
        }
    };
    let stats = Arc::unwrap_or_clone(stats);
    Ok(Json(StatsView { at: snapshot.at().into(), stats, distributions, classes_by_split }))
}

/// The statistics of a revision of the data set with this id, as JSON.
pub(crate) async fn stats_of(
    state: &AppState,
    dataset: Uuid,
    snapshot: &Snapshot,
) -> Result<Arc<serde_json::Value>> {
    // The commit id alone would identify the numbers; with the data set's id, no data set gets another's entry.
    let key = (dataset, snapshot.at().id);
    let counted = snapshot.clone();
    let count = async {
        let stats = counted.stats().await?;
        Ok::<_, crate::Problem>(Arc::new(serde_json::to_value(stats).map_err(|e| internal(&e))?))
    };
    // Concurrent requests wait for one computation, which is cancelled when all of them disconnect.
    state.stats.try_get_with(key, count).await.map_err(|problem| (*problem).clone())
}
