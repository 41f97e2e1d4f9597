//! Lists the runs of a data set.

use axum::Json;
use hub_schema::api::RunList;

use super::{MAX_RUNS, problem, view};
use crate::api::DatasetPath;
use crate::auth::{OpenDataset, Readable};
use crate::problem::Result;

/// List the runs of a data set
///
/// The 200 newest.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/runs",
    tag = "runs",
    params(DatasetPath),
    responses((status = 200, description = "The runs, the newest first", body = RunList))
)]
pub async fn list(Readable(set): Readable) -> Result<Json<RunList>> {
    listed(&set).await.map(Json)
}

/// The runs of a data set, the newest first.
pub(crate) async fn listed(set: &OpenDataset) -> Result<RunList> {
    let mut found = RunList { runs: Vec::new(), unreadable: Vec::new() };
    let runs = hub_eval::run::list(&set.dataset, MAX_RUNS).await.map_err(|error| problem(&error))?;
    for (id, run) in runs {
        match run {
            Ok(run) => found.runs.push(view::run(&run)),
            Err(_) => found.unreadable.push(id.to_string()),
        }
    }
    Ok(found)
}
