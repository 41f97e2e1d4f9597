//! Ranks the runs of a data set.

use axum::Json;
use hub_schema::api::{BoardView, LeaderboardView};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{problem, read, view};
use crate::api::{DatasetPath, Query};
use crate::auth::{OpenDataset, Readable};
use crate::problem::Result;

/// Runs whose predictions are compared.
const MAX_RANKED: usize = 50;

/// Which runs to rank.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RankRuns {
    /// Only runs on this split.
    split: Option<String>,
}

/// Rank the runs of a data set
///
/// A board for each choice of rows. A run is tied with the one that leads its rank unless the paired interval of their
/// difference excludes 0. Of the 50 newest runs; of runs of the same model on the same rows only the newest.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/leaderboard",
    tag = "runs",
    params(DatasetPath, RankRuns),
    responses((status = 200, description = "The leaderboards", body = LeaderboardView))
)]
pub async fn leaderboard(
    Readable(set): Readable,
    Query(query): Query<RankRuns>,
) -> Result<Json<LeaderboardView>> {
    Ok(Json(LeaderboardView { boards: boards(&set, query.split.as_deref()).await? }))
}

/// The leaderboards of a data set, or those of a split.
pub(crate) async fn boards(set: &OpenDataset, split: Option<&str>) -> Result<Vec<BoardView>> {
    let listed = hub_eval::run::list(&set.dataset, MAX_RANKED).await.map_err(|error| problem(&error))?;
    let mut runs = Vec::new();
    for run in listed.into_iter().filter_map(|(_, run)| run.ok()) {
        if split.is_some() && run.evaluated.data.split.as_deref() != split {
            continue;
        }
        // A run whose predictions are damaged can't be ranked.
        if let Ok(samples) = read(set, &run).await {
            runs.push((run, samples));
        }
    }
    Ok(hub_eval::run::leaderboard(runs).into_iter().map(view::board).collect())
}
