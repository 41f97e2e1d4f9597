//! Runs: how models scored on a data set. They are made by `hub eval`, which stores them as objects.

mod compare;
mod delete;
mod get;
mod leaderboard;
mod list;
mod predictions;
mod row_predictions;
mod view;

pub use compare::*;
pub use delete::*;
pub use get::*;
pub use leaderboard::*;
pub use list::*;
pub use predictions::*;
pub use row_predictions::*;

use hub_eval::inference::SamplePrediction;
use hub_eval::run::{ClassNames, Run, RunError};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};

/// Runs whose records are listed or ranked; older ones are left out.
const MAX_RUNS: usize = 200;

/// Runs that are looked at to find one of a label.
const LOOKED_AT: usize = 20;

/// A run in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RunPath {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// A run's id, a part of it that no other has, the name of a model (its newest run), or `last`.
    run: String,
}

/// A run of a data set.
pub(crate) async fn find(set: &OpenDataset, run: &str) -> Result<Run> {
    hub_eval::run::find(&set.dataset, run).await.map_err(|error| problem(&error))
}

/// The newest run with scores by class of a label column.
pub(crate) async fn newest_of_label(set: &OpenDataset, label: &str) -> Result<Option<Run>> {
    let runs = hub_eval::run::list(&set.dataset, LOOKED_AT).await.map_err(|error| problem(&error))?;
    let is_of_label =
        |run: &Run| run.scores.classes.is_some() && run.evaluated.data.label.as_deref() == Some(label);
    Ok(runs.into_iter().filter_map(|(_, run)| run.ok()).find(is_of_label))
}

/// A run's predictions.
pub(crate) async fn read(set: &OpenDataset, run: &Run) -> Result<Vec<SamplePrediction>> {
    hub_eval::run::predictions(&set.dataset, run).await.map_err(|error| problem(&error))
}

/// A run's predictions, with the names of their classes.
pub(crate) async fn read_named(set: &OpenDataset, run: &Run) -> Result<(Vec<SamplePrediction>, ClassNames)> {
    let found = hub_eval::run::predictions_with_names(&set.dataset, run).await;
    found.map_err(|error| problem(&error))
}

fn problem(error: &RunError) -> Problem {
    error.into()
}
