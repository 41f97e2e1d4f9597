//! Runs: how models scored on a data set. They are made by `hub eval`, which stores them as objects.

mod compare;
mod delete;
mod get;
mod leaderboard;
mod list;
mod predictions;
mod view;

pub use compare::*;
pub use delete::*;
pub use get::*;
pub use leaderboard::*;
pub use list::*;
pub use predictions::*;

use hub_eval::inference::SamplePrediction;
use hub_eval::run::{Run, RunError};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};

/// Runs whose records are listed or ranked; older ones are left out.
const MAX_RUNS: usize = 200;

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
async fn find(set: &OpenDataset, run: &str) -> Result<Run> {
    hub_eval::run::find(&set.dataset, run).await.map_err(|error| problem(&error))
}

/// A run's predictions.
async fn read(set: &OpenDataset, run: &Run) -> Result<Vec<SamplePrediction>> {
    hub_eval::run::predictions(&set.dataset, run).await.map_err(|error| problem(&error))
}

fn problem(error: &RunError) -> Problem {
    error.into()
}
